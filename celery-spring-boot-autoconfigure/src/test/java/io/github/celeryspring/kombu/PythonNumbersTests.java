package io.github.celeryspring.kombu;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PythonNumbers}. The right column is Python's own {@code repr}.
 */
class PythonNumbersTests {

	@ParameterizedTest
	@CsvSource({ "0, 0.0", "-0.0, -0.0", "1, 1.0", "1.5, 1.5", "100, 100.0", "1e6, 1000000.0", "1e7, 10000000.0",
			"12345678.9, 12345678.9", "1e15, 1000000000000000.0", "9999999999999998, 9999999999999998.0", "1e16, 1e+16",
			"-1.25e16, -1.25e+16", "1e23, 1e+23", "1e100, 1e+100", "1.7976931348623157e308, 1.7976931348623157e+308",
			"0.001, 0.001", "0.0001, 0.0001", "-0.00012, -0.00012", "0.00001, 1e-05", "-1.5e-7, -1.5e-07",
			"2.2250738585072014e-308, 2.2250738585072014e-308", "0.1, 0.1", "0.30000000000000004, 0.30000000000000004",
			"2e-3, 0.002", "2.0e-100, 2e-100", "NaN, nan", "Infinity, inf", "-Infinity, -inf" })
	void writesDoublesAsPythonDoes(double value, String repr) {
		assertThat(PythonNumbers.repr(value)).isEqualTo(repr);
	}

	@ParameterizedTest
	@CsvSource({ "0.1, 0.1", "16777216, 16777216.0", "3.4028235e38, 3.4028235e+38", "NaN, nan" })
	void writesFloatsByTheirOwnDigits(float value, String repr) {
		assertThat(PythonNumbers.repr(value)).isEqualTo(repr);
	}

}
