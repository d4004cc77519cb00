package org.ragdiff.cli.ablate;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of bytes as Java's options have it: {@code 512m}, {@code 6g}. Stateless. */
final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,8})([kmgt]?)");

    @Override
    public Long convert(String text) {
        Matcher m = TEXT.matcher(text.toLowerCase(Locale.ROOT));
        if (!m.matches()) {
            throw new TypeConversionException("\"" + text + "\" is no number of bytes, expected such as 512m or 6g");
        }
        return Long.parseLong(m.group(1)) << 10 * (m.group(2).isEmpty() ? 0 : 1 + "kmgt".indexOf(m.group(2)));
    }
}
