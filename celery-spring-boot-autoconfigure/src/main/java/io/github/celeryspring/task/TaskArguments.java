package io.github.celeryspring.task;

import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.celeryspring.protocol.TaskBody;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;

/**
 * Binds the arguments of a call to the parameters of a task method: positional ones in
 * order, keyword ones by name, in Java's form or in Python's, the {@link TaskContext}
 * wherever it is asked for, and what is left of the positional ones to a parameter with
 * variable arity. Immutable.
 */
final class TaskArguments {

	private static final DefaultParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private final String task;

	private final int parameterCount;

	private final int[] contexts;

	private final TaskParameter[] parameters;

	/** From the name of a parameter to its place in {@link #parameters}. */
	private final Map<String, Integer> positions = new HashMap<>();

	private final @Nullable TaskParameter rest;

	private final Class<?> restType;

	/**
	 * Reads the parameters of a method.
	 * @param task the name of the task
	 * @param method the method of the bean's class
	 * @param owner the type of the bean
	 * @param converters makes the converters
	 * @throws TaskMethodException if the class file does not name the parameters
	 */
	TaskArguments(String task, Method method, Type owner, ArgumentConverters converters) {
		this.task = task;
		this.parameterCount = method.getParameterCount();
		List<Integer> contexts = new ArrayList<>();
		List<TaskParameter> fixed = new ArrayList<>();
		TaskParameter rest = null;
		Class<?> restType = Object.class;
		for (int i = 0; i < this.parameterCount; i++) {
			MethodParameter parameter = new MethodParameter(method, i);
			if (parameter.getParameterType() == TaskContext.class) {
				contexts.add(i);
				continue;
			}
			requireName(parameter, method);
			JavaType type = converters.typeOf(parameter, owner);
			if (method.isVarArgs() && i == this.parameterCount - 1) {
				restType = parameter.getParameterType().getComponentType();
				rest = new TaskParameter(task, parameter, type.getContentType(), converters);
			}
			else {
				fixed.add(new TaskParameter(task, parameter, type, converters));
			}
		}
		this.contexts = contexts.stream().mapToInt(Integer::intValue).toArray();
		this.parameters = fixed.toArray(TaskParameter[]::new);
		this.rest = rest;
		this.restType = restType;
		for (int i = 0; i < this.parameters.length; i++) {
			this.positions.put(this.parameters[i].name(), i);
		}
		for (int i = 0; i < this.parameters.length; i++) {
			this.positions.putIfAbsent(this.parameters[i].pythonName(), i);
		}
	}

	/** The names of the parameters that take arguments by position. */
	List<String> names() {
		return Stream.of(this.parameters).map(TaskParameter::name).toList();
	}

	private static void requireName(MethodParameter parameter, Method method) {
		parameter.initParameterNameDiscovery(NAMES);
		if (parameter.getParameterName() == null) {
			throw new TaskMethodException(method,
					"takes keyword arguments by parameter name, but its class file has no parameter names",
					"Compile the class with the compiler option '-parameters' "
							+ "(spring-boot-starter-parent and Spring Boot's Gradle plugin set it).");
		}
	}

	/**
	 * Binds the arguments of a call.
	 * @param context the running task
	 * @param body the arguments
	 * @return what to call the method with
	 * @throws TaskArgumentException if they do not fit
	 */
	@Nullable Object[] bind(TaskContext context, TaskBody body) {
		@Nullable Object[] values = new @Nullable Object[this.parameterCount];
		for (int index : this.contexts) {
			values[index] = context;
		}
		List<? extends @Nullable Object> args = body.args();
		int given = args.size();
		if (given > this.parameters.length && this.rest == null) {
			throw tooMany(given);
		}
		int bound = Math.min(given, this.parameters.length);
		for (int i = 0; i < bound; i++) {
			TaskParameter parameter = this.parameters[i];
			values[parameter.index()] = parameter.convert(args.get(i));
		}
		bindByName(body.kwargs(), values, bound);
		if (this.rest != null) {
			values[this.rest.index()] = rest(this.rest, args.subList(bound, given));
		}
		return values;
	}

	private void bindByName(Map<String, ? extends @Nullable Object> kwargs, @Nullable Object[] values, int bound) {
		int used = 0;
		for (int i = bound; i < this.parameters.length; i++) {
			TaskParameter parameter = this.parameters[i];
			String name = nameIn(kwargs, parameter, i);
			if (name != null) {
				values[parameter.index()] = parameter.convert(kwargs.get(name));
				used++;
			}
			else {
				values[parameter.index()] = parameter.absent();
			}
		}
		if (used < kwargs.size()) {
			throw notTaken(kwargs, bound);
		}
	}

	private @Nullable String nameIn(Map<String, ?> kwargs, TaskParameter parameter, int position) {
		if (kwargs.containsKey(parameter.name())) {
			return parameter.name();
		}
		// Another parameter may have this very name.
		String name = parameter.pythonName();
		return (kwargs.containsKey(name) && Objects.equals(this.positions.get(name), position)) ? name : null;
	}

	private Object rest(TaskParameter parameter, List<? extends @Nullable Object> arguments) {
		Object array = Array.newInstance(this.restType, arguments.size());
		for (int i = 0; i < arguments.size(); i++) {
			Array.set(array, i, parameter.convert(arguments.get(i)));
		}
		return array;
	}

	private TaskArgumentException tooMany(int given) {
		int most = this.parameters.length;
		int least = 0;
		while (least < most && this.parameters[least].required()) {
			least++;
		}
		String range = (least == most) ? String.valueOf(most) : least + " to " + most;
		return new TaskArgumentException("Task '%s' takes %s positional argument%s, not %d".formatted(this.task, range,
				(most == 1) ? "" : "s", given));
	}

	private TaskArgumentException notTaken(Map<String, ?> kwargs, int bound) {
		for (String name : kwargs.keySet()) {
			Integer position = this.positions.get(name);
			if (position == null) {
				List<String> names = List.of(this.parameters).stream().map(TaskParameter::name).toList();
				return new TaskArgumentException("Task '%s' has no parameter '%s'; it has %s".formatted(this.task, name,
						(names.isEmpty()) ? "none" : "'" + String.join("', '", names) + "'"));
			}
			if (position < bound) {
				return new TaskArgumentException(
						"Task '%s' got the argument '%s' twice: by position and by name".formatted(this.task, name));
			}
			String other = this.parameters[position].name();
			if (!name.equals(other) && kwargs.containsKey(other)) {
				return new TaskArgumentException(
						"Task '%s' got the argument '%s' twice: also as '%s'".formatted(this.task, other, name));
			}
		}
		throw new IllegalStateException("All keyword arguments were taken");
	}

}
