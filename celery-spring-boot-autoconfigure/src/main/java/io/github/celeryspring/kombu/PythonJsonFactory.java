package io.github.celeryspring.kombu;

import java.io.OutputStream;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Streams JSON as Python's json module does: the same separators, escapes and numbers
 * when writing bytes, NaN and Infinity understood when reading, and limits that let
 * through what Python lets through.
 */
final class PythonJsonFactory extends JsonFactory {

	private static final long serialVersionUID = 1L;

	/** Python's default recursion limit. */
	private static final int MAX_DEPTH = 1000;

	/** Python refuses integers of more than 4300 digits; older versions had no limit. */
	private static final int MAX_NUMBER_LENGTH = 10_000;

	static final PythonJsonFactory INSTANCE = new PythonJsonFactory();

	private PythonJsonFactory() {
		super(settings());
	}

	private static JsonFactoryBuilder settings() {
		// The whole document is in memory already, so its strings need no limit.
		StreamReadConstraints constraints = StreamReadConstraints.builder()
			.maxNestingDepth(MAX_DEPTH)
			.maxNumberLength(MAX_NUMBER_LENGTH)
			.maxStringLength(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.build();
		return JsonFactory.builder()
			.streamReadConstraints(constraints)
			.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
			.enable(JsonWriteFeature.ESCAPE_NON_ASCII)
			.disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS, JsonWriteFeature.WRITE_HEX_UPPER_CASE,
					JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
			.characterEscapes(new DeleteEscaped());
	}

	@Override
	public JsonFactory copy() {
		return this;
	}

	@Override
	public TokenStreamFactory snapshot() {
		return this;
	}

	@Override
	protected Object readResolve() {
		return INSTANCE;
	}

	@Override
	protected JsonGenerator _createUTF8Generator(ObjectWriteContext writeContext, IOContext ioContext,
			OutputStream out) {
		return new PythonJsonGenerator(writeContext, ioContext,
				writeContext.getStreamWriteFeatures(this._streamWriteFeatures),
				writeContext.getFormatWriteFeatures(this._formatWriteFeatures), out, this._characterEscapes,
				this._maximumNonEscapedChar);
	}

	/**
	 * JSON's standard escapes, and the DEL character, which Python escapes too.
	 */
	private static final class DeleteEscaped extends CharacterEscapes {

		private static final long serialVersionUID = 1L;

		private final int[] escapes = CharacterEscapes.standardAsciiEscapesForJSON();

		DeleteEscaped() {
			this.escapes[0x7F] = CharacterEscapes.ESCAPE_STANDARD;
		}

		@Override
		public int[] getEscapeCodesForAscii() {
			return this.escapes;
		}

		@Override
		public SerializableString getEscapeSequence(int character) {
			throw new IllegalStateException("All escapes are standard ones");
		}

	}

}
