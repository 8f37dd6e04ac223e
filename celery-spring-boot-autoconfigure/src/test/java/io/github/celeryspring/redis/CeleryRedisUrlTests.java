package io.github.celeryspring.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.celeryspring.redis.RedisEndpoint.Alternates;
import io.github.celeryspring.redis.RedisEndpoint.HostAndPort;
import io.github.celeryspring.redis.RedisEndpoint.Sentinel;
import io.github.celeryspring.redis.RedisEndpoint.Socket;
import io.github.celeryspring.redis.RedisEndpoint.Standalone;
import io.github.celeryspring.testsupport.TestCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class CeleryRedisUrlTests {

	private static final String SECRET = "s3cr3t";

	@ParameterizedTest
	@CsvSource(textBlock = """
			redis://,                               127.0.0.1, 6379, 0, ,        ,
			redis:///,                              127.0.0.1, 6379, 0, ,        ,
			redis:///3,                             127.0.0.1, 6379, 3, ,        ,
			redis://h,                              h,         6379, 0, ,        ,
			redis://H.example.ORG:7000,             h.example.org, 7000, 0, ,    ,
			redis://h:,                             h,         6379, 0, ,        ,
			redis://h:0/1,                          h,         6379, 1, ,        ,
			redis://:pw@h:1/2,                      h,         1,    2, ,        pw
			redis://us%40er:p%2Fw@h/3,              h,         6379, 3, us@er,   p/w
			redis://user@h,                         h,         6379, 0, user,    ''
			redis://:@h,                            h,         6379, 0, ,        ,
			redis://:a:b@h,                         h,         6379, 0, ,        a:b
			redis://:a@b@h,                         h,         6379, 0, ,        a@b
			redis://:a+b%2Bc%20d%25@h,              h,         6379, 0, ,        a+b+c d%
			redis://:%C3%A9%E2%82%AC@h,             h,         6379, 0, ,        é€
			redis://h//4,                           h,         6379, 4, ,        ,
			redis://h/%34,                          h,         6379, 4, ,        ,
			redis://[::1]:6380/5,                   ::1,       6380, 5, ,        ,
			redis://[2001:db8::7],                  2001:db8::7, 6379, 0, ,      ,
			redis://u:p@[::1]/5,                    ::1,       6379, 5, u,       p
			redis://h?virtual_host=6,               h,         6379, 6, ,        ,
			redis://h/?virtual_host=/6,             h,         6379, 6, ,        ,
			REDIS://h/7,                            h,         6379, 7, ,        ,
			' redis://h/8 ',                        h,         6379, 8, ,        ,
			redis://my_redis_host:6379/0,           my_redis_host, 6379, 0, ,    ,
			""")
	void understandsWhatKombuUnderstands(String url, String host, int port, int database, String username,
			String password) {
		assertThat(CeleryRedisUrl.parse(url)).isEqualTo(new Standalone(host, port, database, username, password, null));
	}

	@Test
	void verifiesTlsByDefault() {
		Standalone endpoint = (Standalone) CeleryRedisUrl.parse("rediss://:pw@h:6380/1");
		assertThat(endpoint.tls()).isEqualTo(RedisTls.VERIFIED);
		assertThat(endpoint).hasToString("rediss://h:6380/1");
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			ssl_cert_reqs=required,                             true,  true
			ssl_cert_reqs=optional,                             true,  true
			ssl_cert_reqs=CERT_REQUIRED,                        true,  true
			ssl_cert_reqs=CERT_OPTIONAL,                        true,  true
			ssl_cert_reqs=none,                                 false, false
			ssl_cert_reqs=CERT_NONE,                            false, false
			ssl_check_hostname=false,                           true,  false
			ssl_check_hostname=False&ssl_cert_reqs=required,    true,  false
			ssl_check_hostname=true&ssl_cert_reqs=none,         false, false
			ssl_check_hostname=True,                            true,  true
			""")
	void readsHowToVerify(String query, boolean certificate, boolean hostname) {
		Standalone endpoint = (Standalone) CeleryRedisUrl.parse("rediss://h/1?" + query);
		assertThat(endpoint.tls()).isEqualTo(new RedisTls(certificate, hostname, null));
		assertThat(endpoint.database()).isEqualTo(1);
	}

	@Test
	void readsPemFiles(@TempDir Path directory) {
		TestCertificates certificates = TestCertificates.create(directory);
		Standalone endpoint = (Standalone) CeleryRedisUrl.parse("rediss://h?ssl_ca_certs=" + certificates.authority()
				+ "&ssl_certfile=" + certificates.clientCertificate() + "&ssl_keyfile=" + certificates.clientKey()
				+ "&ssl_cert_reqs=required");
		assertThat(endpoint.tls()).isNotNull();
		assertThat(endpoint.tls().options()).isNotNull();
		assertThat(endpoint.tls().verifyHostname()).isTrue();
	}

	@Test
	void readsCertificateAndKeyOutOfOneFile(@TempDir Path directory) throws IOException {
		TestCertificates certificates = TestCertificates.create(directory);
		Path both = Files.writeString(directory.resolve("both.pem"),
				Files.readString(certificates.clientCertificate()) + Files.readString(certificates.clientKey()));
		Standalone endpoint = (Standalone) CeleryRedisUrl.parse("rediss://h?ssl_certfile=" + both);
		assertThat(endpoint.tls().options()).isNotNull();
	}

	@Test
	void tellsWhichFileIsMissing() {
		assertThat(problem("rediss://:" + SECRET + "@h?ssl_ca_certs=/no/such/ca.pem").getReason())
			.isEqualTo("the file of ssl_ca_certs cannot be read: /no/such/ca.pem");
	}

	@Test
	void tellsThatAFileIsNoPem(@TempDir Path directory) throws IOException {
		Path file = Files.writeString(directory.resolve("ca.pem"), "nothing");
		assertThat(problem("rediss://h?ssl_ca_certs=" + file)).satisfies((problem) -> {
			assertThat(problem.getReason()).startsWith("its TLS files are not usable");
			assertThat(problem.getRemedy()).contains("PEM");
		});
	}

	@Test
	void wantsTheCertificateOfAKey(@TempDir Path directory) throws IOException {
		Path key = Files.createFile(directory.resolve("key.pem"));
		assertThat(problem("rediss://h?ssl_keyfile=" + key).getReason())
			.isEqualTo("ssl_keyfile is set without ssl_certfile");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					redis-sentinel://a:26379/mymaster                | the scheme redis-sentinel:// is not supported
					unix:///tmp/r.sock                               | the scheme unix:// is not supported
					amqp://guest:s3cr3t@rabbit//                     | the scheme amqp:// is not supported
					redis+cluster://h                                | Redis Cluster (redis+cluster://) is not supported
					valkey://h                                       | the scheme valkey:// is not supported
					http://h                                         | the scheme http:// is not supported
					localhost:6379                                   | it has no scheme
					redis                                            | it has no scheme
					://h                                             | it has no scheme
					redis://:s3cr3t@a/0;redis://b/1                  | its alternates have different databases
					redis://:s3cr3t@a/0;rediss://b/0                 | its alternates have different TLS settings
					rediss://a;rediss://b?ssl_cert_reqs=none         | its alternates have different TLS settings
					redis://:s3cr3t@a;redis+socket:///r.sock         | it mixes unix sockets and hosts
					redis://:s3cr3t@a;sentinel://b                   | it mixes Sentinels and servers
					redis://:s3cr3t@a;amqp://b                       | the scheme amqp:// is not supported
					redis://:s3cr3t@a;                               | a part behind a ; is neither a URL nor a host
					redis://:s3cr3t@a;b/1                            | a part behind a ; is neither a URL nor a host
					redis+socket:///a;b                              | a part behind a ; is neither a URL nor a host
					sentinel://:s3cr3t@a;b                           | a part behind a ; is not a Sentinel
					sentinel://:s3cr3t@a;redis://b                   | a part behind a ; is not a Sentinel
					sentinel://:s3cr3t@a/1;sentinel://:x@b/1         | its Sentinels differ in more than host and port
					sentinel://:s3cr3t@a/1;sentinel://b/2            | its Sentinels differ in more than host and port
					sentinel://a/1;sentinel://b?ssl_cert_reqs=none   | its Sentinels differ in more than host and port
					sentinel://:s3cr3t@a:26379/0;sentinel://b        | it is that of Sentinels, and master_name is missing
					sentinel://a?foo=1                               | the query option foo is not known
					redis+socket://tmp/r.sock                        | it has no absolute path of a socket
					redis+socket://:s3cr3t@/                         | it has no absolute path of a socket
					socket://                                        | it has no absolute path of a socket
					socket:///tmp/r.sock?db=1                        | the query option db is not known
					socket:///tmp/r.sock?virtual_host=x              | its database is not a number
					socket:///tmp/r.sock?ssl_cert_reqs=none          | the option ssl_cert_reqs is for TLS connections only
					redis://h/abc                                    | its database is not a number
					redis://h/-1                                     | its database is not a number
					redis://h/1/2                                    | its database is not a number
					redis://h:port                                   | its port is not a number from 1 to 65535
					redis://h:65536                                  | its port is not a number from 1 to 65535
					redis://h?foo=s3cr3t                             | the query option foo is not known
					redis://h?ssl_cert_reqs=none                     | the option ssl_cert_reqs is for TLS connections only
					rediss://h?ssl_password=s3cr3t                   | the query option ssl_password is not known
					rediss://h?ssl_cert_reqs=maybe                   | the value of ssl_cert_reqs is not known
					rediss://h?ssl_check_hostname=0                  | the value of ssl_check_hostname is neither true nor false
					redis://h/1?virtual_host=2                       | it names a database twice, in the path and as virtual_host
					redis://h?virtual_host                           | it has a query option without a value
					redis://::1/0                                    | it has more than one : behind the user
					redis://[::1/0                                   | its IPv6 address has no ]
					redis://h%zz                                     | a % is not followed by two hexadecimal digits
					redis://h%20h                                    | its host contains white space
					""")
	void tellsWhatIsWrong(String url, String reason) {
		InvalidRedisUrlException problem = problem(url);
		assertThat(problem.getReason()).isEqualTo(reason);
		assertThat(problem.getRemedy()).isNotBlank();
		assertThat(problem).hasMessageContaining(reason).hasMessageContaining(problem.getRemedy());
		assertHidden(problem);
	}

	@ParameterizedTest
	@ValueSource(strings = { "redis://:s3cr3t", "redis://:s3cr3t@", "redis://user:s3cr3t@h:x", "redis://:a/s3cr3t@h",
			"redis://:a?s3cr3t@h", "redis://u?s3cr3t=1@h", "redis://:a#s3cr3t@h", "redis://:a;s3cr3t@h/0",
			"redis://:p@a?s3cr3t=b@h", "redis://:%s3cr3t@h", "redis://:a@s3cr3t:b@h", "s3cr3t@h",
			":s3cr3t@localhost:6379/0", "redis://h/s3cr3t@x", "redis://h?a=s3cr3t", "rediss://h?ssl_cert_reqs=s3cr3t",
			"amqp://user:s3cr3t@h", "redis://[s3cr3t@h", "redis://:7;s3cr3t@h", "redis://s3cr3t;a@h",
			"redis://a;redis://:7;s3cr3t@h", "redis://:7;s3cr3t;x@h", "sentinel://:s3cr3t@h;sentinel://:s3cr3t@h2",
			"sentinel://:7;s3cr3t@h", "socket://:s3cr3t@/a", "redis+socket://:s3cr3t@a/b", "socket://:a/s3cr3t@/b" })
	void neverShowsCredentials(String url) {
		try {
			assertThat(CeleryRedisUrl.parse(url).toString()).doesNotContain(SECRET);
		}
		catch (InvalidRedisUrlException ex) {
			assertHidden(ex);
		}
	}

	@Test
	void showsTheRestOfTheUrl() {
		assertThat(problem("redis://user:s3cr3t@h:7000/1?x=s3cr3t").getUrl()).isEqualTo("redis://***@h:7000/1?***");
		assertThat(problem("sentinel://:s3cr3t@a:26379/0;sentinel://b").getUrl())
			.isEqualTo("sentinel://***@a:26379/0;sentinel://b");
	}

	@Test
	void remediesFitTheScheme() {
		assertThat(problem("sentinel://a").getRemedy()).contains("master_name", "celery.broker-transport-options");
		assertThat(problem("redis-sentinel://a").getRemedy()).contains("sentinel://");
		assertThat(problem("unix:///s").getRemedy()).contains("redis+socket:///");
		assertThat(problem("pyamqp://a").getRemedy()).contains("RabbitMQ");
		assertThat(problem("valkeys://a").getRemedy()).contains("rediss://");
		assertThat(problem("sqs://").getRemedy()).contains("over Redis only");
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			redis+socket:///tmp/r.sock,                       /tmp/r.sock, 0, ,     ,
			socket:///tmp/r.sock?virtual_host=5,              /tmp/r.sock, 5, ,     ,
			redis+socket:///tmp/r.sock?virtual_host=/5,       /tmp/r.sock, 5, ,     ,
			redis+socket://:p%2Fw@/tmp/r.sock,                /tmp/r.sock, 0, ,     p/w
			socket://user:pw@/tmp/r.sock?virtual_host=1,      /tmp/r.sock, 1, user, pw
			redis+socket:///a%20b/r.sock,                     /a b/r.sock, 0, ,     ,
			""")
	void understandsUnixSockets(String url, String path, int database, String username, String password) {
		assertThat(CeleryRedisUrl.parse(url)).isEqualTo(new Socket(path, database, username, password));
	}

	@Test
	void understandsSentinels() {
		SentinelOptions options = SentinelOptions.of("mymaster");
		assertThat(CeleryRedisUrl
			.parse("sentinel://user:p%40w@s1/2; sentinel://[::1]:26380;sentinel://user:p%40w@S3:1/2", options))
			.isEqualTo(new Sentinel(
					List.of(new HostAndPort("s1", 26379), new HostAndPort("::1", 26380), new HostAndPort("s3", 1)),
					options, 2, "user", "p@w", null));
		assertThat(CeleryRedisUrl.parse("sentinel://s1", options).tls()).isNull();
		assertThat(CeleryRedisUrl.parse("sentinel://s1?ssl_cert_reqs=none&virtual_host=3;sentinel://s2", options))
			.satisfies((endpoint) -> {
				assertThat(endpoint.tls()).isEqualTo(new RedisTls(false, false, null));
				assertThat(endpoint.database()).isEqualTo(3);
			});
	}

	@Test
	void understandsAlternates(@TempDir Path directory) {
		assertThat(CeleryRedisUrl.parse("redis://u:a@h1/1;redis://:b@h2:7000/1")).isEqualTo(new Alternates(List
			.of(new Standalone("h1", 6379, 1, "u", "a", null), new Standalone("h2", 7000, 1, null, "b", null))));
		assertThat(CeleryRedisUrl.parse("redis://u:a@h1:1/1;h2;h3:2"))
			.isEqualTo(new Alternates(List.of(new Standalone("h1", 1, 1, "u", "a", null),
					new Standalone("h2", 1, 1, "u", "a", null), new Standalone("h3", 2, 1, "u", "a", null))));
		assertThat(CeleryRedisUrl.parse("socket:///a;redis+socket:///b"))
			.isEqualTo(new Alternates(List.of(new Socket("/a", 0, null, null), new Socket("/b", 0, null, null))));
		TestCertificates certificates = TestCertificates.create(directory);
		String query = "?ssl_ca_certs=" + certificates.authority();
		RedisTls tls = CeleryRedisUrl.parse("rediss://h1" + query + ";rediss://h2" + query).tls();
		assertThat(tls).isNotNull();
		assertThat(tls.options()).isNotNull();
	}

	private static void assertHidden(InvalidRedisUrlException problem) {
		for (Throwable each = problem; each != null; each = each.getCause()) {
			assertThat(each.toString()).doesNotContain(SECRET);
		}
		assertThat(problem.getUrl() + problem.getReason() + problem.getRemedy()).doesNotContain(SECRET);
	}

	private static InvalidRedisUrlException problem(String url) {
		assertThatExceptionOfType(InvalidRedisUrlException.class).isThrownBy(() -> CeleryRedisUrl.parse(url));
		return catchThrowableOfType(InvalidRedisUrlException.class, () -> CeleryRedisUrl.parse(url));
	}

}
