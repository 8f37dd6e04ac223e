package io.github.celeryspring.client;

import java.util.regex.Pattern;

import io.github.celeryspring.canvas.TaskOptions;
import io.github.celeryspring.canvas.TaskSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class TaskRoutesTests {

	@Test
	void exactNamesComeBeforePatternsAndTheseGoInOrder() {
		TaskRoutes routes = TaskRoutes.builder()
			.route("feed.*", TaskOptions.toQueue("glob"))
			.route(Pattern.compile("feed\\.(import|export)"), TaskOptions.toQueue("regex"))
			.route("feed.tasks.*", TaskOptions.toQueue("too late"))
			.route("feed.import", TaskOptions.toQueue("exact"))
			.build();
		assertThat(routes.route(TaskSignature.of("feed.import"))).isEqualTo(TaskOptions.toQueue("exact"));
		assertThat(routes.route(TaskSignature.of("feed.export"))).isEqualTo(TaskOptions.toQueue("glob"));
		assertThat(routes.route(TaskSignature.of("feed.tasks.x"))).isEqualTo(TaskOptions.toQueue("glob"));
		assertThat(routes.route(TaskSignature.of("web.render"))).isNull();
	}

	@Test
	void regularExpressionMatchesTheBeginning() {
		TaskRoutes routes = TaskRoutes.builder().route(Pattern.compile("web\\."), TaskOptions.toQueue("web")).build();
		assertThat(routes.route(TaskSignature.of("web.render"))).isNotNull();
		assertThat(routes.route(TaskSignature.of("my.web.render"))).isNull();
	}

	/** What Python's fnmatch says. */
	@ParameterizedTest
	@CsvSource({ "feed.*, feed.a, true", "feed.*, feed.a.b, true", "feed.*, feed, false", "feed.*, xfeed.a, false",
			"feed.*, feedxa, false", "*.import, feed.import, true", "*.import, feed.imports, false",
			"f??d.*, feed.a, true", "f??d.*, fed.a, false", "[ab]*, alpha, true", "[ab]*, gamma, false",
			"[!ab]*, gamma, true", "[!ab]*, beta, false", "[a-c]*, cat, true", "[^a]*, ^x, true", "[^a]*, bx, false",
			"[]a]*, ]x, true", "[a*, [abc, true", "(a|b)*, a, false", "a$*, a$b, true" })
	void globsAreThoseOfPython(String glob, String name, boolean matches) {
		TaskRoutes routes = TaskRoutes.builder().route(glob, TaskOptions.toQueue("q")).build();
		assertThat(routes.route(TaskSignature.of(name)) != null).isEqualTo(matches);
	}

	@Test
	void questionMarkAloneMakesNoPattern() {
		TaskRoutes routes = TaskRoutes.builder().route("what?", TaskOptions.toQueue("q")).build();
		assertThat(routes.route(TaskSignature.of("whats"))).isNull();
		assertThat(routes.route(TaskSignature.of("what?"))).isNotNull();
	}

}
