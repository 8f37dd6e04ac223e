package io.github.celeryspring.documentation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.celeryspring.autoconfigure.CeleryAutoConfiguration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What docs/using-redis.md claims to exist does.
 */
class UsingRedisDocTests {

	private static final Path ROOT = AclLine.DOCS.getParent();

	/**
	 * {@code SentinelChannel.from_transport_options}, and what is read elsewhere; 5.7.
	 */
	private static final List<String> KOMBU = List.of("body_encoding", "deadletter_queue", "sep", "ack_emulation",
			"unacked_key", "unacked_index_key", "unacked_mutex_key", "unacked_mutex_expire", "visibility_timeout",
			"unacked_restore_limit", "unacked_restore_interval", "unacked_restore_throttle", "fanout_prefix",
			"fanout_patterns", "global_keyprefix", "socket_timeout", "socket_connect_timeout", "socket_keepalive",
			"socket_keepalive_options", "queue_order_strategy", "max_connections", "health_check_interval",
			"retry_on_timeout", "priority_steps", "client_name", "master_name", "min_other_sentinels",
			"sentinel_kwargs", "sentinel_fanout_compat", "polling_interval", "reauth_check_interval",
			"credential_provider", "max_retries", "interval_start", "interval_step", "interval_max",
			"connect_retries_timeout");

	/** What celery.backends.redis reads of result_backend_transport_options; 5.7. */
	private static final List<String> CELERY_RESULTS = List.of("global_keyprefix", "result_chord_ordered",
			"retry_policy", "master_name", "min_other_sentinels", "sentinel_kwargs", "visibility_timeout",
			"additional_connection_errors");

	/** What celery.backends.redis reads of the configuration; 5.7. */
	private static final List<String> CELERY_SETTINGS = List.of("result_backend", "result_expires", "redis_host",
			"redis_port", "redis_db", "redis_username", "redis_password", "redis_socket_timeout",
			"redis_socket_connect_timeout", "redis_socket_keepalive", "redis_client_name",
			"redis_backend_health_check_interval", "redis_backend_use_ssl", "redis_max_connections",
			"redis_retry_on_timeout", "redis_backend_credential_provider");

	private static String text;

	@BeforeAll
	static void read() throws IOException {
		text = Files.readString(AclLine.DOCS.resolve("using-redis.md"));
	}

	@Test
	void everyLineOfATableNamesATest() {
		List<String> unproven = Stream
			.of("The page, line by line", "Broker transport options", "Result backend transport options",
					"Settings of the result backend")
			.flatMap((chapter) -> rows(chapter).stream())
			.filter((row) -> !row.matches(".*`[A-Z]\\w+Tests(#\\w+)?` \\|$"))
			.toList();
		assertThat(unproven).isEmpty();
	}

	@Test
	void everyTestThatIsNamedExists() throws IOException {
		Map<String, String> sources = testSources();
		List<MatchResult> named = Pattern.compile("`([A-Z]\\w+Tests)(?:#(\\w+))?`").matcher(text).results().toList();
		assertThat(named).hasSizeGreaterThan(30).allSatisfy((match) -> {
			assertThat(sources).containsKey(match.group(1));
			if (match.group(2) != null) {
				assertThat(sources.get(match.group(1))).contains("void " + match.group(2) + "(");
			}
		});
	}

	@Test
	void everyPropertyThatIsNamedExists() throws IOException {
		Set<String> known = properties();
		Set<String> named = Pattern.compile("`(celery\\.[a-z.-]+)`")
			.matcher(text)
			.results()
			.map((match) -> match.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(named).isNotEmpty()
			.allSatisfy((name) -> assertThat(known).as(name)
				.anyMatch((each) -> each.equals(name) || each.startsWith(name + ".")));
	}

	@Test
	void noOptionIsMissing() {
		assertThat(options("Broker transport options")).containsAll(KOMBU);
		assertThat(options("Result backend transport options")).containsAll(CELERY_RESULTS);
		assertThat(options("Settings of the result backend")).containsAll(CELERY_SETTINGS);
	}

	@Test
	void everyPropertyOfTheTransportsIsThere() throws IOException {
		for (String chapter : List.of("Broker transport options", "Result backend transport options")) {
			String prefix = "celery." + chapter.toLowerCase(Locale.ROOT).replace(' ', '-') + ".";
			Set<String> options = options(chapter);
			assertThat(properties()).filteredOn((property) -> property.startsWith(prefix))
				.isNotEmpty()
				.allSatisfy((property) -> {
					String name = property.substring(prefix.length()).split("\\.")[0].replace('-', '_');
					assertThat(options.contains(name) || text.contains("`" + property + "`")).as(property).isTrue();
				});
		}
	}

	@Test
	void everyLinkLeadsToAHeading() {
		MarkdownPage page = new MarkdownPage(text);
		assertThat(page.headings()).containsAll(page.anchors());
	}

	private static Set<String> options(String chapter) {
		return rows(chapter).stream()
			.map((row) -> row.split("\\|")[1])
			.flatMap((cell) -> Pattern.compile("`(\\w+)`").matcher(cell).results())
			.map((match) -> match.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static List<String> rows(String chapter) {
		String rest = text.substring(text.indexOf("\n## " + chapter + "\n") + 4);
		List<String> table = rest.substring(0, rest.indexOf("\n## "))
			.lines()
			.filter((line) -> line.startsWith("|"))
			.toList();
		assertThat(table).as(chapter).hasSizeGreaterThan(2);
		return table.subList(2, table.size());
	}

	static Set<String> properties() throws IOException {
		// Spring Boot's own files have the same name: ours is the one beside our classes.
		URI ours = URI.create(CeleryAutoConfiguration.class.getProtectionDomain().getCodeSource().getLocation()
				+ "META-INF/spring-configuration-metadata.json");
		try (InputStream in = ours.toURL().openStream()) {
			return new JsonMapper().readTree(in)
				.get("properties")
				.valueStream()
				.map((property) -> property.get("name").asString())
				.collect(Collectors.toCollection(TreeSet::new));
		}
	}

	private static Map<String, String> testSources() throws IOException {
		Map<String, String> sources = new HashMap<>();
		try (Stream<Path> files = Files.walk(ROOT)) {
			files.filter((file) -> file.toString().contains("src/test/java") && file.toString().endsWith("Tests.java"))
				.forEach((file) -> sources.put(file.getFileName().toString().replace(".java", ""), read(file)));
		}
		return sources;
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
