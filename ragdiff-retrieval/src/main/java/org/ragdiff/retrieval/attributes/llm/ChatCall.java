package org.ragdiff.retrieval.attributes.llm;

import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.ImageContent.DetailLevel;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.output.FinishReason;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** One question to the model, asked again where that can help. Thread-safe. */
final class ChatCall {
    private final LlmOptions options;
    private final AttributePrompt prompt;
    private final Timing timing;
    private final UsageCounter usage;
    private final ChatModel model;
    private final ResponseFormat format;

    ChatCall(LlmOptions options, AttributePrompt prompt, Timing timing, UsageCounter usage) {
        this.options = options;
        this.prompt = prompt;
        this.timing = timing;
        this.usage = usage;
        // Retries are made here, where Retry-After is known; requests are not logged, which would show the key.
        model = OpenAiChatModel.builder()
                .httpClientBuilder(
                        LimitedHttpClient.builder(options.timeout(), options.maxResponseBytes(), timing.clock()))
                .baseUrl(options.baseUrl().toString())
                .apiKey(options.key().reveal())
                .modelName(options.model())
                .temperature(0.0)
                .maxTokens(options.maxAnswerTokens())
                .strictJsonSchema(true)
                .maxRetries(0)
                .logRequests(false)
                .logResponses(false)
                .build();
        format = ResponseFormat.builder()
                .type(ResponseFormatType.JSON)
                .jsonSchema(JsonSchema.builder()
                        .name("garment_attributes")
                        .rootElement(JsonRawSchema.from(prompt.schema()))
                        .build())
                .build();
    }

    /**
     * @param jpeg a photo; not modified
     * @throws CallException if no usable answer came
     * @throws CancellationException if the thread is interrupted
     */
    AnswerParser.Answer ask(byte[] jpeg) {
        ChatRequest request = ChatRequest.builder()
                .messages(
                        SystemMessage.from(prompt.instructions()),
                        UserMessage.from(
                                TextContent.from(AttributePrompt.QUESTION),
                                ImageContent.from(
                                        Base64.getEncoder().encodeToString(jpeg), "image/jpeg", DetailLevel.AUTO)))
                .responseFormat(format)
                .build();
        for (int failures = 1; ; failures++) {
            try {
                usage.requests.increment();
                return answer(reply(request));
            } catch (CallException e) {
                Optional<Duration> wait = e.retryable()
                        ? options.retry()
                                .delay(failures, e.retryAfter(), timing.jitter().getAsDouble())
                        : Optional.empty();
                sleep(wait.orElseThrow(() -> e));
                usage.retries.increment();
            }
        }
    }

    private ChatResponse reply(ChatRequest request) {
        try {
            return model.chat(request);
        } catch (CallException | CancellationException e) {
            throw e;
        } catch (ContentFilteredException e) {
            throw CallException.badAnswer("the model refused");
        } catch (RuntimeException e) {
            // What langchain4j cannot read; its messages may repeat the server's text.
            throw CallException.badAnswer(
                    "the response is no chat completion (" + e.getClass().getSimpleName() + ")");
        }
    }

    private AnswerParser.Answer answer(ChatResponse response) {
        usage.tokens(response.tokenUsage());
        if (response.finishReason() == FinishReason.CONTENT_FILTER) {
            throw CallException.badAnswer("the server filtered the answer");
        }
        return AnswerParser.parse(response.aiMessage().text());
    }

    private void sleep(Duration wait) {
        try {
            timing.sleeper().sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting to ask the language model again");
        }
    }
}
