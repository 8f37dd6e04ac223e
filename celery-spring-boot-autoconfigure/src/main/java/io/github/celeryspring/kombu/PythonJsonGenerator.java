package io.github.celeryspring.kombu;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.SerializableString;
import tools.jackson.core.exc.StreamWriteException;
import tools.jackson.core.io.CharacterEscapes;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.json.UTF8JsonGenerator;

/**
 * Writes numbers, separators and prepared names as Python's json module does.
 */
final class PythonJsonGenerator extends UTF8JsonGenerator {

	/** Python does not read integers of more than 4300 digits. */
	private static final int MAX_INTEGER_BITS = 14_283;

	PythonJsonGenerator(ObjectWriteContext writeContext, IOContext ioContext, int streamFeatures, int formatFeatures,
			OutputStream out, CharacterEscapes escapes, int maxNonEscaped) {
		super(writeContext, ioContext, streamFeatures, formatFeatures, out, null, escapes, PythonSeparators.INSTANCE,
				maxNonEscaped, '"');
	}

	@Override
	public JsonGenerator writeName(SerializableString name) throws JacksonException {
		// its prepared form is UTF-8 instead of ASCII
		return writeName(name.getValue());
	}

	@Override
	public JsonGenerator writeString(SerializableString text) throws JacksonException {
		return writeString(text.getValue());
	}

	@Override
	public JsonGenerator writeNumber(double value) throws JacksonException {
		return Double.isFinite(value) ? writeNumber(PythonNumbers.repr(value)) : super.writeNumber(value);
	}

	@Override
	public JsonGenerator writeNumber(float value) throws JacksonException {
		return Float.isFinite(value) ? writeNumber(PythonNumbers.repr(value)) : super.writeNumber(value);
	}

	@Override
	public JsonGenerator writeNumber(BigInteger value) throws JacksonException {
		if (value != null && value.bitLength() > MAX_INTEGER_BITS) {
			throw new StreamWriteException(this, "Python does not read integers of more than 4300 digits");
		}
		return super.writeNumber(value);
	}

	/**
	 * Copies values that are JSON already, with the separators between them.
	 * @param json the document that has them
	 * @param offset where the first begins
	 * @param length how long they are together
	 */
	void writeRawValues(byte[] json, int offset, int length) throws JacksonException {
		_verifyValueWrite("write raw values");
		_flushBuffer();
		try {
			this._outputStream.write(json, offset, length);
		}
		catch (IOException ex) {
			throw _wrapIOFailure(ex);
		}
	}

	/**
	 * Python's {@code ", "} and {@code ": "}.
	 */
	private static final class PythonSeparators implements PrettyPrinter {

		static final PythonSeparators INSTANCE = new PythonSeparators();

		@Override
		public void writeRootValueSeparator(JsonGenerator generator) {
			generator.writeRaw(' ');
		}

		@Override
		public void writeStartObject(JsonGenerator generator) {
			generator.writeRaw('{');
		}

		@Override
		public void writeEndObject(JsonGenerator generator, int entries) {
			generator.writeRaw('}');
		}

		@Override
		public void writeObjectEntrySeparator(JsonGenerator generator) {
			generator.writeRaw(", ");
		}

		@Override
		public void writeObjectNameValueSeparator(JsonGenerator generator) {
			generator.writeRaw(": ");
		}

		@Override
		public void writeStartArray(JsonGenerator generator) {
			generator.writeRaw('[');
		}

		@Override
		public void writeEndArray(JsonGenerator generator, int values) {
			generator.writeRaw(']');
		}

		@Override
		public void writeArrayValueSeparator(JsonGenerator generator) {
			generator.writeRaw(", ");
		}

		@Override
		public void beforeArrayValues(JsonGenerator generator) {
			// no indentation
		}

		@Override
		public void beforeObjectEntries(JsonGenerator generator) {
			// no indentation
		}

	}

}
