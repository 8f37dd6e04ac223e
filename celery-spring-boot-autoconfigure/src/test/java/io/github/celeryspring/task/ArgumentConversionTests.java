package io.github.celeryspring.task;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

import io.github.celeryspring.kombu.KombuJson;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link MethodTaskHandler}: from JSON to the parameter's type.
 */
class ArgumentConversionTests {

	private final Tasks tasks = new Tasks();

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					anInt      | 2147483647           | 2147483647
					anInteger  | -1                   | -1
					anInteger  | null                 | null
					aLong      | 9223372036854775807  | 9223372036854775807
					aShort     | -32768               | -32768
					aByte      | 127                  | 127
					aDouble    | 1.5                  | 1.5
					aDouble    | 2                    | 2.0
					aFloat     | 0.5                  | 0.5
					aBoolean   | true                 | true
					aString    | "äöü 日本 😀"          | äöü 日本 😀
					aString    | null                 | null
					aDecimal   | 1.5                  | 1.5
					aDecimal   | "1.10"               | 1.10
					aDay       | "MONDAY"             | MONDAY
					aDate      | "2026-11-22"         | 2026-11-22
					anInstant  | "2026-11-22T10:00:00Z" | 2026-11-22T10:00:00Z
					aUuid      | "f81d4fae-7dec-11d0-a765-00a0c91e6bf6" | f81d4fae-7dec-11d0-a765-00a0c91e6bf6
					anObject   | {"a": [1, 2.5, null]} | {a=[1, 2.5, null]}
					aTree      | {"a": 1}             | {"a":1}
					aTree      | null                 | null
					anObjectNode | {}                 | {}
					strings    | ["a", null]          | [a, null]
					dates      | {"x": ["2026-11-22"]} | {x=[2026-11-22]}
					anOptional | [1, 2]               | Optional[[1, 2]]
					anOrder    | {"id": 7, "lines": [{"sku": "ä", "amount": 1.5}], "new": 1} | Order[id=7, lines=[Line[sku=ä, amount=1.5]]]
					orders     | [{"id": 7, "lines": null}] | [Order[id=7, lines=null]]
					aBean      | {"text": "x"}        | bean x
					""")
	void valuesAreConverted(String method, String json, String expected) {
		assertThat(String.valueOf(call(method, json))).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			anInt      | 1.5        | must be int but is 1.5
			anInt      | 2.0        | must be int but is 2.0
			anInt      | 2147483648 | must be int but is 2147483648
			anInt      | "5"        | must be int but is "5"
			anInt      | true       | must be int but is true
			anInt      | null       | must be int but is null
			anInt      | [1]        | must be int but is a list
			anInteger  | 1.5        | must be Integer but is 1.5
			aLong      | 9223372036854775808 | must be long but is 9223372036854775808
			aByte      | 128        | must be byte but is 128
			aShort     | 32768      | must be short but is 32768
			aDouble    | "1.5"      | must be double but is "1.5"
			aBoolean   | 1          | must be boolean but is 1
			aString    | 1          | must be String but is 1
			anObjectNode | []       | must be ObjectNode but is a list
			marked     | null       | must be String but is null
			""")
	void scalarsAreNotCoerced(String method, String json, String expected) {
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call(method, json))
			.withMessage("Task 'tasks." + method + "': argument 'value' " + expected);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					anInt   | {}                                | int
					aDay    | "SOMEDAY"                         | DayOfWeek
					aDay    | 1                                 | DayOfWeek
					aDate   | "yesterday"                       | LocalDate
					numbers | [1, 2.5]                          | Set<Integer>: at [1]
					anOrder | {"id": 1, "lines": [{"amount": 1}, {"amount": []}]} | ArgumentConversionTests$Order: at lines[1].amount
					anOrder | [1]                               | ArgumentConversionTests$Order
					dates   | {"x": ["2026-11-22", "?"]}        | Map<String,List<LocalDate>>: at x[1]
					""")
	void whatTheMapperRefusesIsNamedWithItsPath(String method, String json, String expected) {
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call(method, json))
			.withMessageStartingWith(
					"Task 'tasks." + method + "': argument 'value' cannot be read as " + expected + ": ")
			.withCauseInstanceOf(tools.jackson.core.JacksonException.class);
	}

	@Test
	void hugeValuesAreNotShown() {
		String huge = "\"" + "x".repeat(100_000) + "\"";
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call("anInt", huge))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(200));
		assertThatExceptionOfType(TaskArgumentException.class).isThrownBy(() -> call("aDate", huge))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(400));
	}

	@Test
	void bytesAreReadByTheMapper() {
		assertThat(call("bytes", "\"AAEC\"")).isEqualTo(new byte[] { 0, 1, 2 });
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					anObject  | {"__type__": "decimal", "__value__": "1.10"}         | 1.10
					anObject  | {"a": [{"__type__": "date", "__value__": "2026-11-22"}]} | {a=[2026-11-22]}
					aDecimal  | {"__type__": "decimal", "__value__": "1.10"}         | 1.10
					aDate     | {"__type__": "date", "__value__": "2026-11-22"}      | 2026-11-22
					dates     | {"x": [{"__type__": "date", "__value__": "2026-11-22"}]} | {x=[2026-11-22]}
					anInstant | {"__type__": "datetime", "__value__": "2026-11-22T10:00:00+00:00"} | 2026-11-22T10:00:00Z
					aUuid     | {"__type__": "uuid", "__value__": {"hex": "f81d4fae7dec11d0a76500a0c91e6bf6"}} | f81d4fae-7dec-11d0-a765-00a0c91e6bf6
					""")
	void typedValuesOfKombuAreConverted(String method, String json, String expected) {
		TaskHandler handler = TaskCall.handler(KombuJson.builder(true).build(), this.tasks, method);
		assertThat(TaskCall.call(handler, "[" + json + "]", "{}")).hasToString(expected);
	}

	@Test
	void anUnknownTypeOfKombuIsAnError() {
		TaskHandler handler = TaskCall.handler(KombuJson.builder(true).build(), this.tasks, "anInstant");
		assertThatExceptionOfType(TaskArgumentException.class)
			.isThrownBy(() -> TaskCall.call(handler, "[{\"__type__\": \"zone\", \"__value__\": \"x\"}]", "{}"))
			.withMessageStartingWith("Task 'tasks.anInstant': argument 'value' cannot be read as Instant: ")
			.withMessageContaining("zone");
	}

	@Test
	void typeVariablesOfGenericSuperTypesAreResolved() {
		OrderTasks orders = new OrderTasks();
		assertThat(TaskCall.call(orders, "one", "[{\"id\": 1}]", "{}")).isEqualTo(new Order(1, null));
		assertThat(TaskCall.call(orders, "many", "[{\"k\": [{\"id\": 1}]}]", "{}"))
			.isEqualTo(Map.of("k", List.of(new Order(1, null))));
		assertThat(TaskCall.call(orders, "fromInterface", "[[{\"id\": 1}]]", "{}"))
			.isEqualTo(List.of(new Order(1, null)));
		assertThat(TaskCall.call(orders, "rest", "[{\"id\": 1}, {\"id\": 2}]", "{}"))
			.isEqualTo(List.of(new Order(1, null), new Order(2, null)));
	}

	private @Nullable Object call(String method, String json) {
		return TaskCall.call(this.tasks, method, "[" + json + "]", "{}");
	}

	record Line(String sku, double amount) {

	}

	record Order(long id, @Nullable List<Line> lines) {

	}

	public static class Bean {

		private String text = "";

		public String getText() {
			return this.text;
		}

		public void setText(String text) {
			this.text = text;
		}

		@Override
		public String toString() {
			return "bean " + this.text;
		}

	}

	interface Typed<S> {

		default S fromInterface(S value) {
			return value;
		}

	}

	public abstract static class AbstractTasks<K, T> implements Typed<List<T>> {

		public T one(T value) {
			return value;
		}

		public Map<K, List<T>> many(Map<K, List<T>> value) {
			return value;
		}

		@SafeVarargs
		@SuppressWarnings("varargs")
		public final List<T> rest(T... values) {
			return List.of(values);
		}

	}

	public static class OrderTasks extends AbstractTasks<String, Order> {

	}

	@NullUnmarked
	public static class Tasks {

		public int anInt(int value) {
			return value;
		}

		public Integer anInteger(Integer value) {
			return value;
		}

		public long aLong(long value) {
			return value;
		}

		public short aShort(short value) {
			return value;
		}

		public byte aByte(byte value) {
			return value;
		}

		public double aDouble(double value) {
			return value;
		}

		public float aFloat(float value) {
			return value;
		}

		public boolean aBoolean(boolean value) {
			return value;
		}

		public String aString(String value) {
			return value;
		}

		@NullMarked
		public String marked(String value) {
			return value;
		}

		public BigDecimal aDecimal(BigDecimal value) {
			return value;
		}

		public DayOfWeek aDay(DayOfWeek value) {
			return value;
		}

		public LocalDate aDate(LocalDate value) {
			return value;
		}

		public Instant anInstant(Instant value) {
			return value;
		}

		public UUID aUuid(UUID value) {
			return value;
		}

		public byte[] bytes(byte[] value) {
			return value;
		}

		public Object anObject(Object value) {
			assertThat(value).isNotInstanceOf(JsonNode.class);
			return value;
		}

		public JsonNode aTree(JsonNode value) {
			assertThat(value).isNotNull();
			return value;
		}

		public ObjectNode anObjectNode(ObjectNode value) {
			return value;
		}

		public List<String> strings(List<String> value) {
			return value;
		}

		public Set<Integer> numbers(Set<Integer> value) {
			return value;
		}

		public Map<String, List<LocalDate>> dates(Map<String, List<LocalDate>> value) {
			value.values().forEach((list) -> assertThat(list).hasOnlyElementsOfType(LocalDate.class));
			return value;
		}

		public Optional<List<Integer>> anOptional(Optional<List<Integer>> value) {
			return value;
		}

		public Order anOrder(Order value) {
			return value;
		}

		public List<Order> orders(List<Order> value) {
			return value;
		}

		public Bean aBean(Bean value) {
			return value;
		}

	}

}
