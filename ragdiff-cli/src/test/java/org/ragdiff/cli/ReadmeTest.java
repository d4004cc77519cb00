package org.ragdiff.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What README.md and docs/ say to type: the program compiles, commands and options exist, links lead somewhere. */
class ReadmeTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)\\s]*)?\\)");

    @Test
    void theProgramCompiles(@TempDir Path classes) throws IOException {
        String program = blocks(ROOT.resolve("README.md"), "java").get(0);
        Matcher name = Pattern.compile("public class (\\w+)").matcher(program);
        assertThat(name.find()).as("README.md's program has a public class").isTrue();
        JavaFileObject source =
                new SimpleJavaFileObject(
                        URI.create("string:///" + name.group(1) + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return program;
                    }
                };
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler).as("a JDK's compiler").isNotNull();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
            List<String> options = List.of(
                    "-proc:none",
                    "-Xlint:all,-classfile,-path",
                    "-Werror",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "-d",
                    classes.toString());
            boolean compiled = compiler.getTask(null, files, found, options, null, List.of(source))
                    .call();
            assertThat(compiled).as(found.getDiagnostics().toString()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsAndOptionsExist(Path page) throws IOException {
        for (String line : commands(page)) {
            CommandLine ragdiff = new CommandLine(new RagdiffCommand()).setCaseInsensitiveEnumValuesAllowed(true);
            ragdiff.parseArgs(line.split("\\s+"));
        }
    }

    @Test
    void readmeShowsEveryCommand() throws IOException {
        List<String> shown = commands(ROOT.resolve("README.md"));
        for (String name : leaves(new CommandLine(new RagdiffCommand()), "")) {
            assertThat(shown).as(name).anyMatch(line -> (line + " ").startsWith(name + " "));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) throws IOException {
        Matcher link = LINK.matcher(Files.readString(page));
        while (link.find()) {
            if (!link.group(1).contains("://")) {
                assertThat(page.resolveSibling(link.group(1))).exists();
            }
        }
    }

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            List<Path> pages = new ArrayList<>(
                    docs.filter(p -> p.toString().endsWith(".md")).toList());
            pages.add(ROOT.resolve("README.md"));
            return pages;
        }
    }

    /** The arguments of each call of {@code ./ragdiff} in a page's shell blocks. */
    private static List<String> commands(Path page) throws IOException {
        Pattern call = Pattern.compile("^(?:\\w+=\\S+ )*\\./ragdiff (.*)$");
        return blocks(page, "sh").stream()
                .flatMap(block -> block.replaceAll("\\\\\\R\\s*", "").lines())
                .map(call::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1).strip())
                // Of another class path, see BenchPageTest.
                .filter(line -> !(line + " ").startsWith("bench "))
                .toList();
    }

    /** Fenced blocks of a language, without their fences and indentation. */
    private static List<String> blocks(Path page, String language) throws IOException {
        Matcher block = Pattern.compile("(?m)^ *```" + language + "\\R([\\s\\S]*?)^ *```$")
                .matcher(Files.readString(page));
        List<String> out = new ArrayList<>();
        while (block.find()) {
            out.add(block.group(1).stripIndent());
        }
        assertThat(page.endsWith("README.md") && page.getParent().equals(ROOT) && out.isEmpty())
                .as("README.md has blocks of " + language)
                .isFalse();
        return out;
    }

    private static List<String> leaves(CommandLine command, String prefix) {
        List<String> out = new ArrayList<>();
        command.getSubcommands().forEach((name, sub) -> {
            if (!name.equals("help")) {
                List<String> below = leaves(sub, prefix + name + " ");
                out.addAll(below.isEmpty() ? List.of(prefix + name) : below);
            }
        });
        return out;
    }
}
