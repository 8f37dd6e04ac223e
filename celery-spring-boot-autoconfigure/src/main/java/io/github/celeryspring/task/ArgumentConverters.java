package io.github.celeryspring.task;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.TypeBindings;
import tools.jackson.databind.type.TypeFactory;

import org.springframework.core.MethodParameter;
import org.springframework.util.ClassUtils;

/**
 * Makes the converter of each parameter once, when the application starts. The types that
 * most tasks use are read off the tree; everything else goes through the mapper. Scalars
 * are never coerced: what Python would not take for an {@code int} is not taken for one
 * here either.
 */
final class ArgumentConverters {

	private static final Map<Class<?>, Scalar> SCALARS = Map.of(Byte.class,
			integral((node) -> node.canConvertToShort() && node.intValue() == (byte) node.intValue(),
					(node) -> (byte) node.intValue()),
			Short.class, integral(JsonNode::canConvertToShort, JsonNode::shortValue), Integer.class,
			integral(JsonNode::canConvertToInt, JsonNode::intValue), Long.class,
			integral(JsonNode::canConvertToLong, JsonNode::longValue), Float.class,
			new Scalar(JsonNode::isNumber, JsonNode::floatValue), Double.class,
			new Scalar(JsonNode::isNumber, JsonNode::doubleValue), Boolean.class,
			new Scalar(JsonNode::isBoolean, JsonNode::booleanValue), String.class,
			new Scalar(JsonNode::isString, JsonNode::stringValue));

	private final JsonMapper mapper;

	ArgumentConverters(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Makes the converter to a type.
	 * @param type the type, its type variables resolved
	 * @return the converter
	 */
	ArgumentConverter forType(JavaType type) {
		Class<?> raw = ClassUtils.resolvePrimitiveIfNecessary(type.getRawClass());
		if (raw == Optional.class) {
			ArgumentConverter content = forType(type.getContentType());
			return (node) -> Optional.ofNullable(content.convert(node));
		}
		if (JsonNode.class.isAssignableFrom(raw)) {
			return (node) -> tree(raw, node);
		}
		ObjectReader reader = this.mapper.readerFor(type)
			.without(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
			.with(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
			.with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
		Scalar scalar = SCALARS.get(raw);
		return (scalar != null) ? (node) -> scalar.read(node, reader) : reader::readValue;
	}

	/**
	 * Turns an argument that did not come over the wire into a tree.
	 * @param value the argument
	 * @return the tree
	 */
	JsonNode toTree(@Nullable Object value) {
		return this.mapper.valueToTree(value);
	}

	/**
	 * Resolves the type of a parameter.
	 * @param parameter the parameter
	 * @param owner the type of the bean, with its type arguments as far as known
	 * @return the type, without the type variables that the bean's class or its super
	 * types bind
	 */
	JavaType typeOf(MethodParameter parameter, Type owner) {
		TypeFactory types = this.mapper.getTypeFactory();
		JavaType declaring = types.constructType(owner).findSuperType(parameter.getDeclaringClass());
		TypeBindings bindings = (declaring != null) ? declaring.getBindings() : TypeBindings.emptyBindings();
		return types.resolveMemberType(parameter.getGenericParameterType(), bindings);
	}

	Class<?> rawClass(Type type) {
		return this.mapper.constructType(type).getRawClass();
	}

	private static JsonNode tree(Class<?> type, JsonNode node) {
		if (!type.isInstance(node)) {
			throw new IllegalArgumentException("not a tree of that type");
		}
		return node;
	}

	private static Scalar integral(Predicate<JsonNode> fits, Function<JsonNode, Object> value) {
		return new Scalar((node) -> node.isIntegralNumber() && fits.test(node), value);
	}

	private record Scalar(Predicate<JsonNode> test, Function<JsonNode, Object> value) {

		@Nullable Object read(JsonNode node, ObjectReader reader) {
			if (this.test.test(node)) {
				return this.value.apply(node);
			}
			// kombu's {"__type__": ...} objects, which the mapper knows.
			if (node.isObject()) {
				return reader.readValue(node);
			}
			throw new IllegalArgumentException("not of that type");
		}

	}

}
