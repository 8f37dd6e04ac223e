package io.github.celeryspring.task;

import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.celeryspring.protocol.TaskBody;
import io.github.celeryspring.protocol.TaskEmbed;
import io.github.celeryspring.testsupport.RunningTask;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MethodTaskHandler}: which argument goes to which parameter.
 */
class MethodTaskHandlerTests {

	private final Tasks tasks = new Tasks();

	@Test
	void positionalArgumentsAreBoundInOrder() {
		assertThat(call("minus", "[5, 3]", "{}")).isEqualTo(2);
	}

	@Test
	void keywordArgumentsAreBoundByName() {
		assertThat(call("minus", "[]", "{\"y\": 3, \"x\": 5}")).isEqualTo(2);
	}

	@Test
	void keywordArgumentsMayHavePythonsForm() {
		assertThat(call("names", "[]", "{\"user_id\": 1, \"html2_text\": 2, \"x_y\": 3, \"xY\": 4}"))
			.isEqualTo("1 2 3 4");
		assertThat(call("names", "[]", "{\"userId\": 1, \"html2Text\": 2, \"x_y\": 3, \"xY\": 4}"))
			.isEqualTo("1 2 3 4");
		assertThat(call("names", "[1, 2, 3]", "{\"x_y\": 4}", TaskArgumentException.class))
			.isEqualTo("Task 'tasks.names' lacks the argument 'xY' (int)");
		assertThat(call("names", "[]", "{\"user_id\": 1, \"userId\": 2, \"html2_text\": 2, \"x_y\": 3, \"xY\": 4}",
				TaskArgumentException.class))
			.isEqualTo("Task 'tasks.names' got the argument 'userId' twice: also as 'user_id'");
	}

	@Test
	void keywordArgumentsFollowPositionalOnes() {
		assertThat(call("minus", "[5]", "{\"y\": 3}")).isEqualTo(2);
	}

	@Test
	void parameterNamesMayBeAnyJavaIdentifier() {
		assertThat(call("größe", "[]", "{\"länge\": \"ÄÖ日本😀\"}")).isEqualTo("ÄÖ日本😀");
	}

	@Test
	void theContextIsInjectedAndTakesNoPosition() {
		assertThat(call("withContext", "[1, 2]", "{}")).isEqualTo("1 id-1 2");
		assertThat(call("withContext", "[1]", "{\"last\": 2}")).isEqualTo("1 id-1 2");
		assertThat(call("onlyContext", "[]", "{}")).isEqualTo("id-1");
	}

	@Test
	void theContextIsNoKeywordArgument() {
		assertThatExceptionOfType(TaskArgumentException.class)
			.isThrownBy(() -> call("onlyContext", "[]", "{\"context\": 1}"))
			.withMessage("Task 'tasks.onlyContext' has no parameter 'context'; it has none");
	}

	@Test
	void missingArgumentsAreNamed() {
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call("minus", "[5]", "{}"))
			.withMessage("Task 'tasks.minus' lacks the argument 'y' (int)");
	}

	@Test
	void tooManyArgumentsAreCounted() {
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call("minus", "[5, 3, 1]", "{}"))
			.withMessage("Task 'tasks.minus' takes 2 positional arguments, not 3");
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call("onlyContext", "[5]", "{}"))
			.withMessage("Task 'tasks.onlyContext' takes 0 positional arguments, not 1");
		assertThatExceptionOfType(TaskArgumentException.class)
			.isThrownBy(() -> call("defaults", "[\"a\", \"b\", \"c\", \"d\"]", "{}"))
			.withMessage("Task 'tasks.defaults' takes 1 to 3 positional arguments, not 4");
	}

	@Test
	void unknownKeywordArgumentsAreRefused() {
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call("minus", "[5, 3]", "{\"z\": 1}"))
			.withMessage("Task 'tasks.minus' has no parameter 'z'; it has 'x', 'y'");
	}

	@Test
	void anArgumentGivenTwiceIsRefused() {
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call("minus", "[5, 3]", "{\"x\": 1}"))
			.withMessage("Task 'tasks.minus' got the argument 'x' twice: by position and by name");
	}

	@Test
	void optionalAndNullableParametersMayBeMissing() {
		assertThat(call("defaults", "[\"a\"]", "{}")).isEqualTo("a Optional.empty null");
		assertThat(call("defaults", "[\"a\", null, null]", "{}")).isEqualTo("a Optional.empty null");
		assertThat(call("defaults", "[\"a\"]", "{\"third\": \"c\"}")).isEqualTo("a Optional.empty c");
		assertThat(call("defaults", "[\"a\", 2, \"c\"]", "{}")).isEqualTo("a Optional[2] c");
	}

	@Test
	void anyAnnotationNamedNullableCounts() {
		assertThat(call("ownNullable", "[]", "{}")).isEqualTo("null");
	}

	@Test
	void nullIsPassedToReferencesWithoutNullnessButIsNoArgumentLeftOut() {
		assertThat(call("unmarked", "[null]", "{}")).isEqualTo("null");
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call("unmarked", "[]", "{}"))
			.withMessage("Task 'tasks.unmarked' lacks the argument 'text' (String)");
	}

	@Test
	void variableArityTakesTheRest() {
		assertThat(call("join", "[\"-\"]", "{}")).isEqualTo("");
		assertThat(call("join", "[\"-\", 1, 2, 3]", "{}")).isEqualTo("1-2-3");
		assertThat(call("join", "[1]", "{}", TaskArgumentException.class))
			.isEqualTo("Task 'tasks.join': argument 'separator' must be String but is 1");
		assertThat(call("join", "[\"-\", null]", "{}", TaskArgumentException.class))
			.isEqualTo("Task 'tasks.join': argument 'numbers' must be int but is null");
		assertThat(call("join", "[\"-\", 1, \"x\"]", "{}", TaskArgumentException.class))
			.isEqualTo("Task 'tasks.join': argument 'numbers' must be int but is \"x\"");
		assertThat(call("join", "[\"-\"]", "{\"numbers\": [1]}", TaskArgumentException.class))
			.isEqualTo("Task 'tasks.join' has no parameter 'numbers'; it has 'separator'");
	}

	@Test
	void variableArityOfGenericElements() {
		assertThat(call("count", "[{\"a\": [1]}, {}, null]", "{}")).isEqualTo("{a=[1]} {} null");
	}

	@Test
	void argumentsThatAreNoTreesAreConvertedToo() throws Exception {
		TaskBody body = new TaskBody(Arrays.asList("a", 2, null), Map.of(), TaskEmbed.NONE);
		assertThat(TaskCall.handler(this.tasks, "defaults").handle(new RunningTask("id-1", "id-1"), body))
			.isEqualTo("a Optional[2] null");
	}

	@Test
	void exceptionsOfTheMethodComeOutUnchanged() {
		TaskHandler checked = TaskCall.handler(this.tasks, "failChecked");
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> checked.handle(new RunningTask("id-1", "id-1"), TaskCall.body("[]", "{}")))
			.isSameAs(this.tasks.failure);
		TaskHandler error = TaskCall.handler(this.tasks, "failError");
		assertThatExceptionOfType(StackOverflowError.class)
			.isThrownBy(() -> error.handle(new RunningTask("id-1", "id-1"), TaskCall.body("[]", "{}")));
	}

	@Test
	void voidMethodsReturnNull() {
		assertThat(call("nothing", "[]", "{}")).isNull();
	}

	private @Nullable Object call(String method, String args, String kwargs) {
		return TaskCall.call(this.tasks, method, args, kwargs);
	}

	private String call(String method, String args, String kwargs, Class<? extends Exception> expected) {
		try {
			return String.valueOf(call(method, args, kwargs));
		}
		catch (RuntimeException ex) {
			assertThat(ex).isInstanceOf(expected);
			return String.valueOf(ex.getMessage());
		}
	}

	static final class Own {

		@Retention(RetentionPolicy.RUNTIME)
		@interface Nullable {

		}

	}

	@SuppressWarnings("NonAsciiCharacters")
	public static class Tasks {

		final IOException failure = new IOException("no disk");

		public String names(int userId, int html2Text, int x_y, int xY) {
			return userId + " " + html2Text + " " + x_y + " " + xY;
		}

		public int minus(int x, int y) {
			return x - y;
		}

		public String größe(String länge) {
			return länge;
		}

		public String withContext(int first, TaskContext context, int last) {
			return first + " " + context.id() + " " + last;
		}

		public String onlyContext(TaskContext context) {
			return context.id();
		}

		public String defaults(String first, Optional<Integer> second, @Nullable String third) {
			return first + " " + second + " " + third;
		}

		public String ownNullable(@Own.Nullable String text) {
			return String.valueOf(text);
		}

		@NullUnmarked
		public String unmarked(String text) {
			return String.valueOf(text);
		}

		public String join(String separator, int... numbers) {
			return String.join(separator, Arrays.stream(numbers).mapToObj(String::valueOf).toList());
		}

		@SafeVarargs
		@SuppressWarnings("varargs")
		public final String count(Map<String, List<Integer>>... maps) {
			return String.join(" ", Arrays.stream(maps).map(String::valueOf).toList());
		}

		public void failChecked() throws IOException {
			throw this.failure;
		}

		public void failError() {
			throw new StackOverflowError("deep");
		}

		public void nothing() {
		}

	}

}
