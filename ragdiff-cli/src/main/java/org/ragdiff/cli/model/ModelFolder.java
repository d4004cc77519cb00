package org.ragdiff.cli.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ragdiff.cli.BadInputException;
import org.ragdiff.core.LandmarkRefiner;
import org.ragdiff.core.PhotoAligner;
import org.ragdiff.core.StructureDatabase;
import org.ragdiff.core.provenance.Sha256;
import org.ragdiff.core.tensor.KernelProviders;
import org.ragdiff.core.tensor.Kernels;
import org.ragdiff.diffusion.StoredWeights;
import org.ragdiff.diffusion.align.AlignmentWeights;
import org.ragdiff.diffusion.align.LearnedAligner;
import org.ragdiff.diffusion.align.SecondLook;
import org.ragdiff.diffusion.align.Unaligned;
import org.ragdiff.diffusion.pipeline.PipelineParts;
import org.ragdiff.diffusion.refine.RefinerWeights;
import org.ragdiff.diffusion.refine.Unrefined;
import org.ragdiff.diffusion.unet.UnetDenoiser;
import org.ragdiff.diffusion.unet.UnetWeights;
import org.ragdiff.diffusion.vae.VaeCodec;
import org.ragdiff.diffusion.vae.VaeWeights;
import org.ragdiff.retrieval.attributes.TrainedAttributeExtractor;
import org.ragdiff.retrieval.database.LuceneDatabase;
import org.ragdiff.retrieval.structurenet.StructureNetEncoder;
import org.ragdiff.slle.Aggregators;

/**
 * The networks of a model folder, opened together and checked against each other. Owns them and every
 * database it opened, until it is closed. Networks are thread-safe; opening and closing are not.
 */
public final class ModelFolder implements AutoCloseable {
    /** Metadata key of the VAE's weights: side, in pixels, of the pictures the model works on. */
    public static final String SIDE = "ragdiff.side";
    /** Metadata key of the denoiser's weights: fingerprint of the codec whose latents it was trained on. */
    public static final String CODEC = "ragdiff.codec";
    /** Metadata key of the denoiser's weights: fingerprint of the aligner of the photos that it was trained on. */
    public static final String ALIGNMENT = "ragdiff.alignment";

    private static final int DEFAULT_SIDE = 128;
    /** Attributes read off a photo that are less probable are UNKNOWN. */
    public static final double ATTRIBUTE_CONFIDENCE = 0.5;

    private final ModelFiles files;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Kernels kernels;
    private final StructureNetEncoder encoder;
    private final VaeCodec codec;
    private final UnetDenoiser denoiser;
    private final PhotoAligner aligner;
    private final PhotoAligner lookingTwice;
    private final PhotoAligner trainedAligner;
    private final LandmarkRefiner refiner;
    private final int side;
    private final SortedMap<String, String> weights;

    private ModelFolder(ModelFiles files) throws IOException {
        this.files = files;
        try {
            kernels = own(KernelProviders.defaultKernels());
            encoder = own(StructureNetEncoder.load(files.structure(), kernels));
            codec = own(VaeWeights.load(files.vae(), kernels));
            denoiser = own(UnetWeights.load(files.diffusion(), kernels));
            aligner = own(aligner(files, kernels));
            lookingTwice = lookingTwice();
            trainedAligner = lookingTwice
                            .fingerprint()
                            .equals(StoredWeights.open(files.diffusion()).text(ALIGNMENT))
                    ? lookingTwice
                    : aligner;
            refiner = own(refiner(files, kernels));
            side = side(files);
            checkFit();
            TreeMap<String, String> hashes = new TreeMap<>();
            hashes.put("structure", Sha256.of(files.structure()));
            hashes.put("vae", Sha256.of(files.vae()));
            hashes.put("diffusion", Sha256.of(files.diffusion()));
            putIfThere(hashes, "alignment", files.alignment());
            putIfThere(hashes, "second look", files.secondLook());
            putIfThere(hashes, "refiner", files.refiner());
            weights = Collections.unmodifiableSortedMap(hashes);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens the networks; databases are opened by {@link #database}.
     *
     * @throws BadInputException if weights are missing or do not belong together
     * @throws IOException if a file cannot be read; the message names it
     */
    public static ModelFolder open(ModelFiles files) throws IOException {
        return new ModelFolder(files.requireWeights());
    }

    private <C extends AutoCloseable> C own(C resource) {
        owned.push(resource);
        return resource;
    }

    private static PhotoAligner aligner(ModelFiles files, Kernels kernels) throws IOException {
        return Files.isRegularFile(files.alignment())
                ? AlignmentWeights.load(files.alignment(), kernels)
                : new Unaligned();
    }

    private static LandmarkRefiner refiner(ModelFiles files, Kernels kernels) throws IOException {
        return Files.isRegularFile(files.refiner()) ? RefinerWeights.load(files.refiner(), kernels) : new Unrefined();
    }

    /** Of {@link #aligner}; its networks are {@link #own}ed one by one. */
    private PhotoAligner lookingTwice() throws IOException {
        boolean another = Files.isRegularFile(files.secondLook());
        if (!(aligner instanceof LearnedAligner finding)) {
            if (another) {
                throw misfit("there is a " + files.secondLook().getFileName() + ", but no "
                        + files.alignment().getFileName() + " for the first look");
            }
            return aligner;
        }
        return another
                ? new SecondLook(finding, own(AlignmentWeights.load(files.secondLook(), kernels)))
                : new SecondLook(finding);
    }

    private static void putIfThere(SortedMap<String, String> hashes, String name, Path file) throws IOException {
        if (Files.isRegularFile(file)) {
            hashes.put(name, Sha256.of(file));
        }
    }

    /**
     * Side, in pixels, of a model's pictures; the default where it has no VAE yet.
     *
     * @throws IOException if the VAE's file cannot be read
     */
    public static int side(ModelFiles files) throws IOException {
        String text = Files.isRegularFile(files.vae())
                ? StoredWeights.open(files.vae()).text(SIDE)
                : null;
        if (text == null) {
            return DEFAULT_SIDE;
        }
        try {
            return Integer.parseInt(text.trim());
        } catch (NumberFormatException e) {
            throw new BadInputException(
                    "metadata " + SIDE + " of " + files.vae() + " is \"" + text + "\", expected a number of pixels", e);
        }
    }

    private void checkFit() throws IOException {
        StoredWeights weights = StoredWeights.open(files.diffusion());
        String trainedOn = weights.text(CODEC);
        if (trainedOn != null && !trainedOn.equals(codec.fingerprint())) {
            throw misfit("the denoiser was trained on latents of codec " + trainedOn + ", vae.safetensors is codec "
                    + codec.fingerprint());
        }
        if (denoiser.config().latentChannels() != codec.channels()) {
            throw misfit("the denoiser has latents of " + denoiser.config().latentChannels() + " channels, the VAE of "
                    + codec.channels());
        }
        if (denoiser.config().structureDimension() != encoder.structureDimension()) {
            throw misfit("the denoiser takes structure embeddings of length "
                    + denoiser.config().structureDimension() + ", the encoder gives " + encoder.structureDimension());
        }
        String alignedBy = weights.text(ALIGNMENT);
        boolean expectsAligner =
                alignedBy == null ? denoiser.readsVisibility() : !alignedBy.equals(Unaligned.FINGERPRINT);
        if (expectsAligner && !Files.isRegularFile(files.alignment())) {
            throw misfit("the denoiser was trained on aligned photos, but there is no "
                    + files.alignment().getFileName());
        }
        if (alignedBy != null && !alignedBy.equals(trainedAligner.fingerprint())) {
            throw misfit("the denoiser was trained on photos aligned by " + alignedBy + ", the aligner here is "
                    + aligner.fingerprint() + ", looking twice " + lookingTwice.fingerprint());
        }
        int multiple = codec.factor() * denoiser.config().sideMultiple();
        if (side < multiple || side > 4096 || side % multiple != 0) {
            throw misfit("pictures of " + side + " pixels a side do not suit the networks, which need a multiple of "
                    + multiple);
        }
    }

    private BadInputException misfit(String what) {
        return new BadInputException("the weights in " + files.directory() + " do not belong together: " + what
                + "; use weights of one training");
    }

    public ModelFiles files() {
        return files;
    }

    /** What runs the networks; for further networks of the caller. */
    public Kernels kernels() {
        return kernels;
    }

    public StructureNetEncoder encoder() {
        return encoder;
    }

    public VaeCodec codec() {
        return codec;
    }

    public UnetDenoiser denoiser() {
        return denoiser;
    }

    /** One look. Pipelines of {@link #parts} look twice. */
    public PhotoAligner aligner() {
        return aligner;
    }

    /** One look or two, as at the photos that the denoiser was trained on. */
    public PhotoAligner trainedAligner() {
        return trainedAligner;
    }

    /** What corrects landmarks. */
    public LandmarkRefiner refiner() {
        return refiner;
    }

    /** Side of photos and results in pixels. */
    public int side() {
        return side;
    }

    /** SHA-256 of the files of weights by name: diffusion, structure, vae; alignment, second look and refiner if there
     * are any. */
    public SortedMap<String, String> weights() {
        return weights;
    }

    /** The database that comes with the model, as {@link #database(Path)}. */
    public LuceneDatabase database() throws IOException {
        return database(files.database());
    }

    /**
     * Opens a database for this model's encoder; closed with this.
     *
     * @throws BadInputException if it is empty
     * @throws IOException if it cannot be read or another encoder made it; the message says what to do
     */
    public LuceneDatabase database(Path directory) throws IOException {
        LuceneDatabase database = own(LuceneDatabase.open(directory, encoder.fingerprint()));
        if (database.count() == 0) {
            throw new BadInputException(
                    "the structure database " + directory + " is empty: add garments with `ragdiff index build`");
        }
        return database;
    }

    /**
     * The parts of a pipeline; valid until this is closed.
     *
     * @param database made by this model's encoder; not owned by this
     * @param aggregator a name of {@link Aggregators#names()}
     */
    public PipelineParts parts(StructureDatabase database, String aggregator) {
        return new PipelineParts(
                new TrainedAttributeExtractor(encoder, ATTRIBUTE_CONFIDENCE),
                encoder,
                database,
                Aggregators.byName(aggregator),
                codec,
                denoiser,
                denoiser.schedule(),
                side,
                lookingTwice,
                refiner);
    }

    /** With the model's own database and the default aggregator. */
    public PipelineParts parts() throws IOException {
        return parts(database(), Aggregators.DEFAULT);
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("cannot close a part of the model " + files.directory(), e);
            }
        }
    }
}
