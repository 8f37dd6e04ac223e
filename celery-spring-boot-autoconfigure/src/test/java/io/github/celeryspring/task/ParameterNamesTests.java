package io.github.celeryspring.task;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import io.github.celeryspring.annotation.CeleryTask;
import io.github.celeryspring.task.TaskApplication.Processing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for classes compiled without {@code -parameters}.
 */
class ParameterNamesTests {

	@TempDir
	Path classes;

	@Test
	void missingParameterNamesAreAnErrorThatNamesTheCompilerOption() throws Exception {
		compile("int x", "-g");
		try (URLClassLoader loader = loader(); AnnotationConfigApplicationContext context = context(loader)) {
			assertThatExceptionOfType(TaskMethodException.class).isThrownBy(context::refresh).satisfies((ex) -> {
				assertThat(ex.getProblem())
					.startsWith("@CeleryTask method 'Compiled.run(int)' takes keyword arguments");
				assertThat(ex.getRemedy()).contains("'-parameters'");
			});
		}
	}

	@Test
	void namesAreThereWithTheOption() throws Exception {
		compile("int x", "-parameters");
		assertTaskIsFound();
	}

	@Test
	void methodsWithNothingToNameNeedNoNames() throws Exception {
		compile("io.github.celeryspring.task.TaskContext context", "-g:none");
		assertTaskIsFound();
	}

	private void assertTaskIsFound() throws Exception {
		try (URLClassLoader loader = loader(); AnnotationConfigApplicationContext context = context(loader)) {
			context.refresh();
			assertThat(context.getBean(TaskRegistry.class).find("compiled.run")).isNotNull();
		}
	}

	private AnnotationConfigApplicationContext context(ClassLoader loader) throws ClassNotFoundException {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.setClassLoader(loader);
		context.register(Processing.class, loader.loadClass("Compiled"));
		return context;
	}

	private URLClassLoader loader() throws Exception {
		return new URLClassLoader(new URL[] { this.classes.toUri().toURL() }, getClass().getClassLoader());
	}

	private void compile(String parameter, String option) throws URISyntaxException {
		String source = "public class Compiled { @io.github.celeryspring.annotation.CeleryTask public void run("
				+ parameter + ") {} }";
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		String ours = Path.of(CeleryTask.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
		List<String> options = List.of(option, "-proc:none", "-nowarn", "-d", this.classes.toString(), "-classpath",
				ours);
		assertThat(compiler.getTask(null, null, null, options, null, List.of(new Source(source))).call()).isTrue();
	}

	private static final class Source extends SimpleJavaFileObject {

		private final String text;

		Source(String text) {
			super(URI.create("string:///Compiled.java"), JavaFileObject.Kind.SOURCE);
			this.text = text;
		}

		@Override
		public CharSequence getCharContent(boolean ignoreEncodingErrors) {
			return this.text;
		}

	}

}
