package org.ragdiff.retrieval.attributes.llm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.ragdiff.core.AttributeExtractor;
import org.ragdiff.core.GarmentAttributes;
import org.ragdiff.core.RgbImage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a multimodal language model behind an OpenAI-compatible server. Answers are words of a closed vocabulary;
 * whatever else the model writes is UNKNOWN. A photo for which no usable answer comes is left to another extractor,
 * with a warning, and counted; when its server seems to be down, photos are left to it for a while without asking. A
 * photo that several threads ask for at a time is sent once. Thread-safe; needs no
 * closing, its threads end when idle.
 */
public final class LlmAttributeExtractor implements AttributeExtractor {
    private static final Logger LOG = LoggerFactory.getLogger(LlmAttributeExtractor.class);

    private final LlmOptions options;
    private final Optional<AnswerCache> cache;
    private final AttributeExtractor fallback;
    private final AttributePrompt prompt = AttributePrompt.current();
    private final UsageCounter usage = new UsageCounter();
    private final ChatCall call;
    private final Outage outage;
    private final ExecutorService workers;
    private final Map<AnswerCache.Key, CompletableFuture<Optional<GarmentAttributes>>> asked =
            new ConcurrentHashMap<>();

    /**
     * @param cache folder of answers, made if missing; empty asks anew for each photo
     * @param fallback offline, such as the trained head; not closed by this
     * @throws IOException if the folder cannot be made
     */
    public LlmAttributeExtractor(LlmOptions options, Optional<Path> cache, AttributeExtractor fallback)
            throws IOException {
        this(options, cache, fallback, Timing.system());
    }

    LlmAttributeExtractor(LlmOptions options, Optional<Path> cache, AttributeExtractor fallback, Timing timing)
            throws IOException {
        this.options = options;
        this.cache = cache.isPresent() ? Optional.of(new AnswerCache(cache.get())) : Optional.empty();
        this.fallback = fallback;
        if (options.showsKey()) {
            LOG.warn(
                    "the language model's key is sent without encryption to {}",
                    options.baseUrl().getHost());
        }
        call = new ChatCall(options, prompt, timing, usage);
        outage = new Outage(timing.clock());
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                options.concurrency(),
                options.concurrency(),
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "ragdiff-llm");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        workers = pool;
    }

    /**
     * {@inheritDoc}
     *
     * @throws CancellationException if the thread is interrupted while it waits
     */
    @Override
    public List<GarmentAttributes> extract(List<RgbImage> photos) {
        List<CompletableFuture<Optional<GarmentAttributes>>> answers =
                photos.stream().map(this::ask).toList();
        GarmentAttributes[] out = new GarmentAttributes[photos.size()];
        List<Integer> unanswered = new ArrayList<>();
        for (int i = 0; i < out.length; i++) {
            out[i] = await(answers.get(i)).orElse(null);
            if (out[i] == null) {
                unanswered.add(i);
            }
        }
        if (!unanswered.isEmpty()) {
            usage.fallbacks.add(unanswered.size());
            List<GarmentAttributes> instead =
                    fallback.extract(unanswered.stream().map(photos::get).toList());
            for (int i = 0; i < instead.size(); i++) {
                out[unanswered.get(i)] = instead.get(i);
            }
        }
        return Arrays.asList(out);
    }

    /** Requests, tokens, costs and warnings since this was made. */
    public LlmUsage usage() {
        return usage.at(options.prices());
    }

    /** For manifests: the extractor's name, the model and the prompt's version. Never the key, never the URL. */
    public Map<String, String> provenance() {
        return new TreeMap<>(Map.of("extractor", "llm", "model", options.model(), "prompt", prompt.label()));
    }

    private CompletableFuture<Optional<GarmentAttributes>> ask(RgbImage photo) {
        AnswerCache.Key key = new AnswerCache.Key(PhotoJpeg.hash(photo), prompt.hash(), options.model());
        CompletableFuture<Optional<GarmentAttributes>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<GarmentAttributes>> first = asked.putIfAbsent(key, mine);
        if (first != null) {
            return first;
        }
        workers.execute(() -> {
            // Whoever has seen the answer and asks again gets a new one: it is forgotten before it is told.
            try {
                Optional<GarmentAttributes> answer = answer(key, photo);
                asked.remove(key);
                mine.complete(answer);
            } catch (RuntimeException | Error e) {
                asked.remove(key);
                mine.completeExceptionally(e);
            }
        });
        return mine;
    }

    private Optional<GarmentAttributes> answer(AnswerCache.Key key, RgbImage photo) {
        Optional<GarmentAttributes> known = cache.flatMap(c -> c.find(key));
        if (known.isPresent()) {
            usage.cacheHits.increment();
            return known;
        }
        if (outage.lasts()) {
            return Optional.empty();
        }
        String name = key.photoHash().substring(0, 12);
        try {
            AnswerParser.Answer answer = call.ask(PhotoJpeg.encode(photo, options.picture()));
            outage.answered();
            usage.answers.increment();
            usage.warnings.add(answer.warnings().size());
            answer.warnings().forEach(w -> LOG.warn("the language model's answer for photo {}: {}", name, w));
            cache.ifPresent(c -> c.put(key, answer.attributes()));
            return Optional.of(answer.attributes());
        } catch (CallException e) {
            LOG.warn("the language model is of no use for photo {}, falling back: {}", name, e.getMessage());
            if (!e.outage()) {
                outage.answered();
            } else if (outage.failed()) {
                LOG.warn("the language model's server seems to be down: nothing is sent for {}", Outage.PAUSE);
            }
            return Optional.empty();
        }
    }

    private static Optional<GarmentAttributes> await(CompletableFuture<Optional<GarmentAttributes>> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for the language model");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException r) {
                throw r;
            }
            throw new IllegalStateException("a photo cannot be sent to the language model", e.getCause());
        }
    }
}
