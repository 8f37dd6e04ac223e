package io.github.celeryspring.kombu;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

import io.github.celeryspring.CelerySerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What somebody sends to do harm, or by mistake, in formats other than JSON: it ends in
 * one kind of exception, soon, and with little memory.
 */
@Timeout(20)
class HostileContentTests {

	private static final JsonMapper mapper = KombuJson.builder(true).build();

	private final ContentSerializer yaml = ContentSerializers.yaml(mapper);

	private final ContentSerializer msgpack = ContentSerializers.msgpack(mapper);

	private final ContentSerializer pickle = ContentSerializers.pickle();

	@Test
	void depthIsBounded() {
		for (int depth : new int[] { 501, 100_000 }) {
			assertRefused(this.msgpack, "nested deeper than 500", bytes("91".repeat(depth) + "c0"));
			assertRefused(this.msgpack, "nested deeper than 500", bytes("81a161".repeat(depth) + "c0"));
			assertRefused(this.pickle, "nested deeper than 500",
					bytes("8002" + "5d".repeat(depth) + "61".repeat(depth - 1) + "2e"));
		}
		assertRefused(this.pickle, "too many marks", bytes("8002" + "28".repeat(100_000)));
		assertRefused(this.yaml, "nested deeper than 500", text("[".repeat(550) + "]".repeat(550)));
		assertRefused(this.yaml, "Nesting Depth exceeded max 600", text("[".repeat(100_000)));
		assertRefused(this.yaml, "Nesting Depth exceeded max 600", text("- ".repeat(100_000)));
		assertThat(this.msgpack.deserialize(bytes("91".repeat(500) + "c0")).isArray()).isTrue();
		assertThat(this.yaml.deserialize(text("[".repeat(500) + "]".repeat(500))).isArray()).isTrue();
	}

	@Test
	void whatContainsItselfIsRefused() {
		assertRefused(this.yaml, "contains itself", text("&a [*a]"));
		assertRefused(this.yaml, "contains itself", text("&a {k: *a}"));
		assertRefused(this.yaml, "contains itself", text("&a {<<: *a}"));
		// l = []; l.append(l)
		assertRefused(this.pickle, "contains itself", bytes("80025d7100" + "680061" + "2e"));
		// d = {}; d["k"] = d
		assertRefused(this.pickle, "contains itself", bytes("80027d7100" + "8c016b" + "6800" + "73" + "2e"));
	}

	@Test
	void referencesDoNotMultiply() {
		StringBuilder laughs = new StringBuilder("- &l0 [x]\n");
		StringBuilder pickled = new StringBuilder("80025d" + "8c017861" + "7100");
		for (int i = 1; i < 40; i++) {
			laughs.append("- &l%d [*l%d, *l%d]\n".formatted(i, i - 1, i - 1));
			pickled.append("5d2868%1$02x68%1$02x6571%2$02x".formatted(i - 1, i));
		}
		assertRefused(this.yaml, "too large", text(laughs.toString()));
		assertRefused(this.yaml, "too large",
				text(laughs.toString().replaceAll("\\[(.*)]", "{<<: [$1]}").replace("{<<: [x]}", "{k: v}")));
		assertRefused(this.pickle, "too large", bytes(pickled + "2e"));
	}

	@Test
	void bytesAreNotMultipliedByReferences() {
		String large = HexFormat.of().formatHex(intLittleEndian(1 << 18)) + "00".repeat(1 << 18);
		// [b, b, b, ...]
		assertRefused(this.pickle, "too large",
				bytes("800228" + "42" + large + "7100" + "6800".repeat(10_000) + "6c2e"));
		// [bytes("...", "latin-1"), ...]
		assertRefused(this.pickle, "too large", bytes("800228" + "635f636f646563730a656e636f64650a7100" + "58" + large
				+ "857101" + "52" + "6800680152".repeat(10_000) + "6c2e"));
		assertRefused(this.yaml, "too large",
				text("- &b !!binary " + "AAAA".repeat(20_000) + "\n" + "- *b\n".repeat(10_000)));
	}

	@Test
	void sizesAreNotBelieved() {
		for (String code : new String[] { "c6ffffffff", "dbffffffff", "ddffffffff00", "dfffffffffa161c0",
				"c9ffffffffff", "c97fffffff05", "da", "c4", "d7ff00", "cf00" }) {
			assertRefused(this.msgpack, "", bytes(code));
		}
		for (String code : new String[] { "42ffffffff", "8effffffffffffff7f", "8e00000000000000ff", "58ffffff7f",
				"8d00000000000000ff", "96ffffffffffffff7f", "8bffffff7f", "8b000000ff", "8bff1f0000", "4300", "" }) {
			assertRefused(this.pickle, "", bytes("8005" + code));
		}
	}

	@ParameterizedTest
	@CsvSource({ "os, system", "builtins, eval", "posix, system", "collections, OrderedDict",
			"celery.canvas, maybe_signature", "datetime, datetime.__class__", "builtins, getattr", "io, open" })
	void foreignTypesAreRefusedByName(String module, String name) {
		String refused = "a value of type " + module + "." + name + ", which is not accepted";
		assertRefused(this.pickle, refused, text("c" + module + "\n" + name + "\n(X\u0002\u0000\u0000\u0000lstR."));
		ByteBuffer stack = ByteBuffer.allocate(100).put((byte) 0x8c).put((byte) module.length()).put(text(module));
		stack.put((byte) 0x8c).put((byte) name.length()).put(text(name)).put((byte) 0x93).put((byte) '.');
		assertRefused(this.pickle, refused, stack.array());
	}

	private static byte[] intLittleEndian(int value) {
		return new byte[] { (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24) };
	}

	/** Codes that look up, import, persist, or come from before protocol 2. */
	@ParameterizedTest
	@ValueSource(strings = { "50310a", "51", "8201", "830100", "8401000000", "286f", "28696f730a73797374656d0a", "92",
			"97", "98", "49310a", "4c314c0a", "46310a", "5527", "5400000000", "53270a", "5661000a", "70300a", "67300a",
			"ff" })
	void codesThatAreNotNeededAreRefused(String code) {
		assertRefused(this.pickle, "", bytes("8002" + "4e" + code + "2e"));
	}

	@Test
	void otherProtocolsAreRefused() {
		assertRefused(this.pickle, "protocol 6", bytes("80064e2e"));
		assertRefused(this.pickle, "protocol 1", bytes("80014e2e"));
	}

	/**
	 * Empty stacks, missing memos, calls of what is no type, arguments of other types.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "2e", "30", "32", "31", "6801", "7100", "52", "4e4e52", "4e8152", "29295281", "61", "4e61",
			"5d4e73", "4e4e4e73", "7d286173", "7d284e75", "28", "85", "4e86", "62", "4e4e62", "93", "4e4e93",
			"29284e65", "63757569640a555549440a295d62", "63757569640a555549440a292952" + "2e",
			"63757569640a555549440a29817d8c03696e744aff000000" + "4e73622e",
			"636461746574696d650a6461746574696d650a4304" + "00000000" + "85522e",
			"636461746574696d650a6461746574696d650a430a" + "00000000000000000000" + "85522e",
			"636461746574696d650a74696d6564656c74610a4e4e4e87522e", "63646563696d616c0a446563696d616c0a8c017885522e",
			"636461746574696d650a646174650a4e85522e", "7d5d4e732e",
			"637a6f6e65696e666f0a5a6f6e65496e666f2e5f756e7069" + "636b6c650a8c0178888652" + "2e" })
	void senselessPicklesAreRefused(String code) {
		assertRefused(this.pickle, "", bytes("8002" + code));
	}

	@Test
	void senselessYamlIsRefused() {
		assertRefused(this.yaml, "tag:yaml.org,2002:python/object/apply:os.system",
				text("!!python/object/apply:os.system [ls]"));
		assertRefused(this.yaml, "tag:yaml.org,2002:java.net.URL", text("!!java.net.URL [\"http://x\"]"));
		assertRefused(this.yaml, "!mine", text("!mine x"));
		for (String text : new String[] { "!!int x", "!!int ''", "!!float x", "!!bool x", "!!timestamp x", "2026-13-01",
				"2026-01-02 25:00:00", "!!binary \"*\u00e9=\"", "[1", "{a: b", "a: b: c", "\"\\u", "? [a]\n: b", "*x",
				"<<: 5", "--- 1\n--- 2", "!!omap [a]", "!!omap [{a: 1, b: 2}]", "\u0001", "!!set [a]", "!!map [a]",
				"!!int " + "9".repeat(20_000), "%YAML 3.0\n--- 1", "{2026-01-02: x}" }) {
			assertRefused(this.yaml, "", text(text));
		}
		assertRefused(this.yaml, "not UTF-8", new byte[] { -1, -2 });
		assertThat(this.yaml.deserialize(new byte[0]).isNull()).isTrue();
	}

	/** As PyYAML's safe_load: all checked against it. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			[1_000, -0x1F, 0b101, 017, 1:30, 0, -0]          | [1000,-31,5,15,90,0,0]
			[1.5, 1.e+3, .5, 1_0.5, 1:30.5, 1e3, 1.5e3]      | [1.5,1000.0,0.5,10.5,90.5,"1e3","1.5e3"]
			[yes, No, ON, off, y, n, TRUE, tRUE]             | [true,false,true,false,"y","n",true,"tRUE"]
			[~, null, Null, NULL, nULL, '', 0o17, 08]        | [null,null,null,null,"nULL","","0o17","08"]
			{<<: {a: 1, b: 2}, b: 3}                         | {"a":1,"b":3}
			{<<: [{a: 1}, {a: 2, b: 2}]}                     | {"a":1,"b":2}
			!!omap [a: 1, b: 2]                              | [["a",1],["b",2]]
			{1: a, null: b, true: c, 1.5: d}                 | {"1":"a","null":"b","true":"c","1.5":"d"}
			!!str 5                                          | "5"
			!!set {a, b}                                     | ["a","b"]
			""")
	void yamlIsThatOfPython(String yaml, String json) {
		JsonNode tree = this.yaml.deserialize(text(yaml));
		assertThat(tree).isEqualTo(mapper.readTree(json));
	}

	@Test
	void senselessMsgpackIsRefused() {
		for (String code : new String[] { "", "c1", "c0c0", "8190c0", "8180c0", "81c40161c0", "a1ff", "d401ff",
				"d6ff00", "c70fff" + "00".repeat(15), "c70cff" + "00000000" + "7fffffffffffffff", "92c0" }) {
			assertRefused(this.msgpack, "", bytes(code));
		}
		assertThatExceptionOfType(CelerySerializationException.class)
			.isThrownBy(() -> this.msgpack.serialize(mapper.readTree("[18446744073709551616]")))
			.withMessageContaining("more than 64 bits");
		assertThatExceptionOfType(CelerySerializationException.class).isThrownBy(() -> this.msgpack.serialize("\ud83d"))
			.withMessageContaining("half a character");
	}

	@Test
	void randomBytesEndInOneKindOfException() {
		Random random = new Random(4);
		for (int i = 0; i < 3000; i++) {
			byte[] content = new byte[random.nextInt(40) + 3];
			random.nextBytes(content);
			assertReadOrRefused(this.msgpack, content);
			content[0] = (byte) 0x80;
			content[1] = 4;
			for (int j = 2; j < content.length; j++) {
				// Codes of pickle rather than anything.
				content[j] = (byte) "(.012NKMJGXBC]})|e|sutalqhbR\u0085\u0086\u0088\u0089\u0094\u008f\u0090\u0091\u0093\u0001\u0002"
					.charAt((content[j] & 0xff) % 39);
			}
			assertReadOrRefused(this.pickle, content);
			assertReadOrRefused(this.yaml,
					text(new String(content, StandardCharsets.ISO_8859_1).replace('N', '\n')
						.replace('B', '&')
						.replace('C', '*')
						.replace('X', '!')
						.replace('J', '-')));
		}
	}

	private static void assertReadOrRefused(ContentSerializer serializer, byte[] content) {
		try {
			assertThat(serializer.deserialize(content)).isNotNull();
		}
		catch (CelerySerializationException ex) {
			assertThat(ex).hasMessageStartingWith("Cannot read " + serializer.name());
		}
	}

	@Test
	void largeArraysOfMsgpackHaveLongHeaders() {
		byte[] content = new byte[70_000];
		Arrays.fill(content, (byte) 1);
		ByteBuffer array = ByteBuffer.allocate(70_005).put((byte) 0xdd).putInt(70_000).put(content);
		JsonNode tree = this.msgpack.deserialize(array.array());
		assertThat(tree.size()).isEqualTo(70_000);
		assertThat(this.msgpack.serialize(tree)).isEqualTo(array.array());
		String text = "x".repeat(70_000);
		assertThat(this.msgpack.deserialize(this.msgpack.serialize(text)).stringValue()).isEqualTo(text);
		assertThat(this.msgpack.serialize(text)).startsWith(0xdb, 0, 1, 0x11, 0x70);
	}

	private static void assertRefused(ContentSerializer serializer, String reason, byte[] content) {
		assertThatExceptionOfType(CelerySerializationException.class)
			.as(HexFormat.of().formatHex(content, 0, Math.min(50, content.length)))
			.isThrownBy(() -> serializer.deserialize(content))
			.withMessageStartingWith("Cannot read " + serializer.name())
			.withMessageContaining(reason);
	}

	private static byte[] text(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] bytes(String hex) {
		return HexFormat.of().parseHex(hex);
	}

}
