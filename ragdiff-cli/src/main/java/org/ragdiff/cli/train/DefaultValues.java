package org.ragdiff.cli.train;

import com.fasterxml.jackson.annotation.JacksonInject;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.InjectableValues;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.AnnotatedMember;
import com.fasterxml.jackson.databind.introspect.AnnotatedParameter;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;

/**
 * Lets a record's component with {@code @JsonProperty(defaultValue = "…")} be left out: Jackson only documents that
 * value, so it is injected where the key is missing. Stateless.
 */
final class DefaultValues extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public JacksonInject.Value findInjectableValue(AnnotatedMember member) {
        JsonProperty property = member instanceof AnnotatedParameter ? member.getAnnotation(JsonProperty.class) : null;
        return property == null || property.defaultValue().isEmpty()
                ? super.findInjectableValue(member)
                : JacksonInject.Value.forId(property.defaultValue());
    }

    /** Reads the value as the component's type. */
    static final class Reading extends InjectableValues {
        private static final ObjectMapper JSON = new ObjectMapper();

        @Override
        public Object findInjectableValue(
                Object json, DeserializationContext context, BeanProperty component, Object record)
                throws JsonMappingException {
            try {
                JsonNode value = JSON.readTree((String) json);
                return value.isNull() ? null : context.readTreeAsValue(value, component.getType());
            } catch (JsonMappingException e) {
                throw e;
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(component + " has a default that is no JSON: " + json, e);
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
