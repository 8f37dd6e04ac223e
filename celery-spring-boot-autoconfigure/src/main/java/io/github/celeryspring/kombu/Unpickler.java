package io.github.celeryspring.kombu;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.celeryspring.CelerySerializationException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads pickles of the protocols 2 to 5: the machine with a stack and a memo that
 * {@code pickle} and {@code pickletools} describe, without the codes that look up or run
 * anything. A name is only compared with those of {@link PickleTypes}. For one use.
 */
final class Unpickler {

	/**
	 * Of integers: more takes too long to show, and Python does not show more than 4300
	 * digits.
	 */
	private static final int MAX_INTEGER = 4096;

	/** There is one for each level of nesting. */
	private static final int MAX_MARKS = 1000;

	private final ByteBuffer in;

	private final TreeBuilder tree;

	private final Deque<List<@Nullable Object>> outer = new ArrayDeque<>();

	private final Map<Integer, @Nullable Object> memo = new HashMap<>();

	/** What is above the last mark. */
	private List<@Nullable Object> stack = new ArrayList<>();

	private Unpickler(byte[] content) {
		this.in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
		this.tree = new TreeBuilder("pickle", content.length);
	}

	static JsonNode read(byte[] content) {
		Unpickler unpickler = new Unpickler(content);
		try {
			while (unpickler.step(unpickler.in.get() & 0xff)) {
				// until the pickle says that it is complete
			}
			return unpickler.node(unpickler.pop());
		}
		catch (BufferUnderflowException ex) {
			throw unpickler.tree.refused("it ends too early", ex);
		}
		catch (CharacterCodingException ex) {
			throw unpickler.tree.refused("a text is not UTF-8", ex);
		}
		catch (CelerySerializationException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw unpickler.tree.refused("it makes no sense", ex);
		}
	}

	private boolean step(int code) throws CharacterCodingException {
		switch (code) {
			case 0x80 -> protocol(this.in.get());
			case 0x95 -> this.in.getLong(); // a frame
			case '.' -> {
				return false;
			}
			case '(' -> mark();
			case '0' -> {
				if (this.stack.isEmpty()) {
					takeMarked();
				}
				else {
					pop();
				}
			}
			case '1' -> takeMarked();
			case '2' -> push(top());
			case 'q', 'r' -> this.memo.put((code == 'q') ? this.in.get() & 0xff : this.in.getInt(), top());
			case 0x94 -> this.memo.put(this.memo.size(), top());
			case 'h', 'j' -> push(memorized((code == 'h') ? this.in.get() & 0xff : this.in.getInt()));
			case 'c' -> push(type(line(), line()));
			case 0x93 -> {
				String name = pop(String.class);
				push(type(pop(String.class), name));
			}
			case 'R', 0x81 -> call();
			case 'b' -> build(pop(Mapping.class));
			default -> {
				if (!scalar(code)) {
					container(code);
				}
			}
		}
		return true;
	}

	private boolean scalar(int code) throws CharacterCodingException {
		switch (code) {
			case 'N' -> push(null);
			case 0x88 -> push(true);
			case 0x89 -> push(false);
			case 'K' -> push(this.in.get() & 0xff);
			case 'M' -> push(this.in.getShort() & 0xffff);
			case 'J' -> push(this.in.getInt());
			case 0x8a -> push(integer(this.in.get() & 0xff));
			case 0x8b -> push(integer(this.in.getInt()));
			case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(this.in.getLong())));
			case 0x8c -> push(text(this.in.get() & 0xff));
			case 'X' -> push(text(this.in.getInt() & 0xffff_ffffL));
			case 0x8d -> push(text(this.in.getLong()));
			case 'C' -> push(bytes(this.in.get() & 0xff));
			case 'B' -> push(bytes(this.in.getInt() & 0xffff_ffffL));
			case 0x8e, 0x96 -> push(bytes(this.in.getLong()));
			default -> {
				return false;
			}
		}
		return true;
	}

	@SuppressWarnings("unchecked")
	private void container(int code) {
		switch (code) {
			case ']', 0x8f -> push(new ArrayList<>());
			case ')' -> push(List.of());
			case 'l', 't', 0x91 -> push(takeMarked());
			case 0x85, 0x86, 0x87 -> {
				List<@Nullable Object> last = this.stack.subList(this.stack.size() - (code - 0x84), this.stack.size());
				List<@Nullable Object> tuple = new ArrayList<>(last);
				last.clear();
				push(tuple);
			}
			case 'a' -> {
				Object element = pop();
				top(List.class).add(element);
			}
			case 'e', 0x90 -> {
				List<@Nullable Object> elements = takeMarked();
				top(List.class).addAll(elements);
			}
			case '}' -> push(new Mapping());
			case 'd' -> {
				List<@Nullable Object> items = takeMarked();
				push(new Mapping());
				top(Mapping.class).addAll(items);
			}
			case 's' -> {
				Object value = pop();
				Object key = pop();
				top(Mapping.class).add(key, value);
			}
			case 'u' -> {
				List<@Nullable Object> items = takeMarked();
				top(Mapping.class).addAll(items);
			}
			default -> throw this.tree.refused("its code 0x" + Integer.toHexString(code) + " is not accepted", null);
		}
	}

	private void protocol(int version) {
		if (version < 2 || version > 5) {
			throw this.tree.refused("it is of protocol " + version, null);
		}
	}

	private Type type(String module, String name) {
		String full = module.replace("__builtin__", "builtins") + "." + name;
		if (!PickleTypes.isKnown(full)) {
			throw this.tree.refused("there is a value of type " + TaggedValues.shown(full) + ", which is not accepted",
					null);
		}
		return new Type(full);
	}

	@SuppressWarnings("unchecked")
	private void call() {
		List<@Nullable Object> arguments = pop(List.class);
		Type type = pop(Type.class);
		if (type.name.equals("uuid.UUID")) {
			push(new Instance());
			return;
		}
		for (Object argument : arguments) {
			if (argument instanceof String text) {
				this.tree.count(text.length());
			}
		}
		push(PickleTypes.call(type.name, arguments));
	}

	private void build(Mapping state) {
		top(Instance.class).value = PickleTypes.uuid(state);
	}

	private JsonNode node(@Nullable Object value) {
		if (value instanceof List<?> list) {
			this.tree.begin();
			ArrayNode array = this.tree.array();
			list.forEach((element) -> array.add(node(element)));
			this.tree.end();
			return array;
		}
		if (value instanceof Mapping mapping) {
			this.tree.begin();
			ObjectNode object = this.tree.object();
			for (int i = 0; i < mapping.items.size(); i += 2) {
				object.set(this.tree.key(mapping.items.get(i)), node(mapping.items.get(i + 1)));
			}
			this.tree.end();
			return object;
		}
		if (value instanceof Instance instance) {
			return this.tree.scalar(Objects.requireNonNull(instance.value));
		}
		return this.tree.scalar(value);
	}

	private void push(@Nullable Object value) {
		this.stack.add(value);
	}

	private @Nullable Object pop() {
		return this.stack.remove(this.stack.size() - 1);
	}

	private @Nullable Object top() {
		return this.stack.get(this.stack.size() - 1);
	}

	private void mark() {
		if (this.outer.size() == MAX_MARKS) {
			throw this.tree.refused("it has too many marks", null);
		}
		this.outer.push(this.stack);
		this.stack = new ArrayList<>();
	}

	private <T> T pop(Class<T> type) {
		return Objects.requireNonNull(type.cast(pop()));
	}

	private <T> T top(Class<T> type) {
		return Objects.requireNonNull(type.cast(top()));
	}

	/** Takes all down to the last mark, and the mark. */
	private List<@Nullable Object> takeMarked() {
		List<@Nullable Object> above = this.stack;
		if (this.outer.isEmpty()) {
			throw this.tree.refused("a mark is missing", null);
		}
		this.stack = this.outer.pop();
		return above;
	}

	private @Nullable Object memorized(int index) {
		if (!this.memo.containsKey(index)) {
			throw this.tree.refused("it refers to what is not there", null);
		}
		return this.memo.get(index);
	}

	private Object integer(int size) {
		if (size < 0 || size > MAX_INTEGER) {
			throw this.tree.refused("an integer is too large", null);
		}
		byte[] bytes = bytes(size);
		byte[] reversed = new byte[size + 1];
		for (int i = 0; i < size; i++) {
			reversed[size - i] = bytes[i];
		}
		reversed[0] = (byte) ((size > 0 && bytes[size - 1] < 0) ? -1 : 0);
		BigInteger value = new BigInteger(reversed);
		if (value.bitLength() < 64) {
			return value.longValue();
		}
		return value;
	}

	private String text(long size) throws CharacterCodingException {
		return PlainJson.utf8(bytes(size));
	}

	private byte[] bytes(long size) {
		if (size < 0 || size > this.in.remaining()) {
			throw new BufferUnderflowException();
		}
		byte[] bytes = new byte[(int) size];
		this.in.get(bytes);
		return bytes;
	}

	private String line() throws CharacterCodingException {
		int start = this.in.position();
		while (this.in.get() != '\n') {
			// until the end of the line
		}
		byte[] line = new byte[this.in.position() - start - 1];
		this.in.get(start, line);
		return PlainJson.utf8(line);
	}

	/**
	 * A type by its name. Nothing can be done with it but to call it.
	 *
	 * @param name with its module
	 */
	private record Type(String name) {

	}

	/**
	 * A UUID before and after it has got its value.
	 */
	private static final class Instance {

		private @Nullable Object value;

	}

	/**
	 * A dict: nothing is hashed, so that nothing can collide.
	 */
	static final class Mapping {

		private final List<@Nullable Object> items = new ArrayList<>();

		private void add(@Nullable Object key, @Nullable Object value) {
			this.items.add(key);
			this.items.add(value);
		}

		private void addAll(List<@Nullable Object> items) {
			if (items.size() % 2 != 0) {
				throw new IllegalArgumentException("a mapping lacks a value");
			}
			this.items.addAll(items);
		}

		@Nullable Object get(String key) {
			for (int i = 0; i < this.items.size(); i += 2) {
				if (key.equals(this.items.get(i))) {
					return this.items.get(i + 1);
				}
			}
			return null;
		}

	}

}
