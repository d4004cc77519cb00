package org.ragdiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * A command line run in this process.
 *
 * @param code exit code
 * @param out what went to standard output
 * @param err what went to standard error
 */
public record CommandRun(int code, String out, String err) {
    public static CommandRun of(Object... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[args.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = args[i].toString();
        }
        int code = RagdiffCommand.execute(new PrintWriter(out, true), new PrintWriter(err, true), words);
        return new CommandRun(code, out.toString(), err.toString());
    }

    /** Asserts that it was done. */
    public CommandRun done() {
        assertThat(code).as(err).isZero();
        return this;
    }

    /** Asserts that it was refused with one line that holds these words. */
    public CommandRun refused(String... words) {
        assertThat(code).as(out + err).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(err.lines()).as(err).hasSize(1);
        assertThat(err).startsWith("ragdiff: ").contains(words);
        return this;
    }
}
