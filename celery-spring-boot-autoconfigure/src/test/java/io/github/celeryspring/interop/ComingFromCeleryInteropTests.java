package io.github.celeryspring.interop;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page for Celery's users names all that Celery has for tasks and canvas, and its
 * Python parses.
 */
class ComingFromCeleryInteropTests {

	@Test
	void nothingOfCeleryIsMissing() throws Exception {
		PythonEnvironment python = PythonEnvironment.of(PythonCeleryVersion.NEWEST);
		Process process = new ProcessBuilder(python.executable("python"), "src/test/resources/interop/page.py",
				Path.of("..", "docs", "coming-from-celery.md").toString())
			.redirectErrorStream(true)
			.start();
		String problems = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(problems).isZero();
		assertThat(problems).isEmpty();
	}

}
