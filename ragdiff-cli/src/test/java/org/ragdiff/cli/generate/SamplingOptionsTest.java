package org.ragdiff.cli.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.ragdiff.diffusion.guidance.GuidanceScales;
import org.ragdiff.diffusion.pipeline.GenerationOptions;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class SamplingOptionsTest {
    private static final Pattern DEFAULT = Pattern.compile("\\(default: ([^;)]+)");

    private static GenerationOptions parsed(String... arguments) {
        SamplingOptions options = new SamplingOptions();
        new CommandLine(CommandSpec.forAnnotatedObject(options))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(arguments);
        return options.toOptions();
    }

    /** What the help calls the default of an option, given to it, changes nothing. */
    @Test
    void theHelpSaysWhatTheDefaultsAre() {
        assertThat(parsed()).isEqualTo(GenerationOptions.defaults());
        List<String> said = new ArrayList<>();
        for (OptionSpec option :
                CommandSpec.forAnnotatedObject(new SamplingOptions()).options()) {
            Matcher value = DEFAULT.matcher(String.join(" ", option.description()));
            if (value.find()) {
                String text = value.group(1).replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValue()));
                assertThat(parsed(option.longestName(), text))
                        .as(option.longestName() + " " + text)
                        .isEqualTo(parsed());
                said.add(option.longestName());
            }
        }
        assertThat(said)
                .contains(
                        "--steps",
                        "--sampler",
                        "--guidance-landmark",
                        "--landmark-matte",
                        "--silhouette-fusion",
                        "--preset");
    }

    @Test
    void optionsChangeWhatAPresetSays() {
        GenerationOptions fast = parsed("--preset", "fast");
        assertThat(fast.steps()).isEqualTo(2);
        assertThat(fast.guidance().scales()).isEqualTo(GuidanceScales.none());
        GenerationOptions changed = parsed("--preset", "fast", "--steps", "3", "--guidance-landmark", "6");
        assertThat(changed.steps()).isEqualTo(3);
        assertThat(changed.guidance().scales()).isEqualTo(new GuidanceScales(1, 1, 6, 0));
        assertThat(changed.finish()).isEqualTo(GenerationOptions.defaults().finish());
    }
}
