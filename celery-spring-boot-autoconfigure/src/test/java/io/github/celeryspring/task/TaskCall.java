package io.github.celeryspring.task;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.testsupport.RunningTask;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;

/**
 * Calls a method of an object as the worker does, with arguments written as JSON.
 */
final class TaskCall {

	static final JsonMapper MAPPER = JsonMapper.shared();

	private TaskCall() {
	}

	static TaskHandler handler(Object bean, String methodName) {
		return handler(MAPPER, bean, methodName);
	}

	static TaskHandler handler(JsonMapper mapper, Object bean, String methodName) {
		Method method = Arrays.stream(bean.getClass().getMethods())
			.filter((candidate) -> candidate.getName().equals(methodName) && !candidate.isBridge())
			.findFirst()
			.orElseThrow();
		DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();
		beanFactory.registerSingleton("bean", bean);
		TaskArguments arguments = new TaskArguments("tasks." + methodName, method, bean.getClass(),
				new ArgumentConverters(mapper));
		return new MethodTaskHandler(arguments, new BeanMethod(beanFactory, "bean", method));
	}

	static TaskBody body(String args, String kwargs) {
		List<JsonNode> list = new ArrayList<>();
		MAPPER.readTree(args).forEach(list::add);
		Map<String, JsonNode> map = new LinkedHashMap<>();
		MAPPER.readTree(kwargs).properties().forEach((entry) -> map.put(entry.getKey(), entry.getValue()));
		return new TaskBody(list, map, TaskEmbed.NONE);
	}

	static @Nullable Object call(TaskHandler handler, String args, String kwargs) {
		try {
			return handler.handle(new RunningTask("id-1", "id-1"), body(args, kwargs));
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("Checked exception", ex);
		}
	}

	static @Nullable Object call(Object bean, String methodName, String args, String kwargs) {
		return call(handler(bean, methodName), args, kwargs);
	}

}
