package org.ragdiff.cli.parity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A JSON object of a fixture's index. What is asked for and is not there, or is something else, is an error
 * that names the place. Immutable.
 *
 * @param where the place, such as {@code cases.json, cases[3]}
 */
public record FixtureObject(String where, JsonNode node) {
    public FixtureObject {
        if (!node.isObject()) {
            throw new FixtureException(where + " is not a JSON object");
        }
    }

    /** Whether there is such a field, and it is not null. */
    public boolean has(String field) {
        return node.hasNonNull(field);
    }

    public String text(String field) {
        JsonNode n = node.path(field);
        if (!n.isTextual()) {
            throw wrong(field, "a string");
        }
        return n.asText();
    }

    public String textOr(String field, String otherwise) {
        return has(field) ? text(field) : otherwise;
    }

    public boolean flagOr(String field, boolean otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        if (!node.get(field).isBoolean()) {
            throw wrong(field, "true or false");
        }
        return node.get(field).asBoolean();
    }

    public int integer(String field) {
        JsonNode n = node.path(field);
        if (!n.canConvertToExactIntegral() || !n.canConvertToInt()) {
            throw wrong(field, "an integer");
        }
        return n.asInt();
    }

    public int integerOr(String field, int otherwise) {
        return has(field) ? integer(field) : otherwise;
    }

    /** A number; the strings {@code inf}, {@code -inf} and {@code nan} are numbers too. */
    public double number(String field) {
        return number(node.path(field), field);
    }

    public double numberOr(String field, double otherwise) {
        return has(field) ? number(field) : otherwise;
    }

    /** An array of numbers. */
    public double[] numbers(String field) {
        JsonNode n = node.path(field);
        if (!n.isArray()) {
            throw wrong(field, "an array of numbers");
        }
        double[] out = new double[n.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = number(n.get(i), field + "[" + i + "]");
        }
        return out;
    }

    public FixtureObject object(String field) {
        if (!node.path(field).isObject()) {
            throw wrong(field, "an object");
        }
        return new FixtureObject(where + ", " + field, node.get(field));
    }

    /** An array of objects. */
    public List<FixtureObject> objects(String field) {
        JsonNode n = node.path(field);
        if (!n.isArray()) {
            throw wrong(field, "an array of objects");
        }
        List<FixtureObject> out = new ArrayList<>();
        for (int i = 0; i < n.size(); i++) {
            out.add(new FixtureObject(where + ", " + field + "[" + i + "]", n.get(i)));
        }
        return out;
    }

    private double number(JsonNode n, String field) {
        if (n.isNumber()) {
            return n.asDouble();
        }
        return switch (n.asText()) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> throw wrong(field, "a number");
        };
    }

    private FixtureException wrong(String field, String expected) {
        JsonNode n = node.path(field);
        String got = n.isMissingNode() ? "nothing" : n.toString();
        return new FixtureException(where + ": \"" + field + "\" must be " + expected + ", got "
                + (got.length() > 60 ? got.substring(0, 60) + "…" : got));
    }
}
