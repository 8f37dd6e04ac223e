package io.github.celeryspring.kombu;

import java.math.BigDecimal;

import tools.jackson.core.io.NumberOutput;

/**
 * Writes floating-point numbers as Python's {@code repr} does, which is also what
 * Python's json module writes for finite ones.
 *
 * @since 0.1.0
 */
public final class PythonNumbers {

	private PythonNumbers() {
	}

	/**
	 * The {@code repr} of a Python float: the shortest decimal that reads back as the
	 * same double, with an exponent from 1e16 up and below 1e-4.
	 * @param value any value
	 * @return such as {@code 1.5}, {@code 1e+16}, {@code nan}, {@code -inf}
	 */
	public static String repr(double value) {
		if (Double.isNaN(value)) {
			return "nan";
		}
		if (Double.isInfinite(value)) {
			return (value > 0) ? "inf" : "-inf";
		}
		double magnitude = Math.abs(value);
		String java = NumberOutput.toString(value, true);
		if (magnitude == 0 || (magnitude >= 1e-3 && magnitude < 1e7)) {
			return java;
		}
		return reformat(java);
	}

	/**
	 * A float is written by its own shortest digits, not by those of the double that it
	 * becomes: 0.1f is 0.1.
	 * @param value any value
	 * @return the text
	 */
	static String repr(float value) {
		return Float.isFinite(value) ? repr(Double.parseDouble(Float.toString(value))) : repr((double) value);
	}

	private static String reformat(String java) {
		BigDecimal decimal = new BigDecimal(java).stripTrailingZeros();
		String digits = decimal.unscaledValue().abs().toString();
		int exponent = digits.length() - 1 - decimal.scale();
		String sign = (decimal.signum() < 0) ? "-" : "";
		if (exponent >= -4 && exponent < 16) {
			String plain = decimal.toPlainString();
			return (plain.indexOf('.') < 0) ? plain + ".0" : plain;
		}
		String fraction = (digits.length() > 1) ? "." + digits.substring(1) : "";
		int size = Math.abs(exponent);
		return sign + digits.charAt(0) + fraction + ((exponent < 0) ? "e-" : "e+") + ((size < 10) ? "0" : "") + size;
	}

}
