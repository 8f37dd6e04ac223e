package io.github.celeryspring.redis;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.CompletionException;

import javax.net.ssl.SSLHandshakeException;

import io.github.celeryspring.BrokerUnavailableException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Replies and messages as Redis 6.2 to 8, Java and Netty give them.
 */
class FailureHintsTests {

	private static final RedisSettingNames NAMES = new RedisSettingNames("celery.broker-url", "celery.ssl.bundle");

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					NOAUTH HELLO must be called with the client already authenticated | NOAUTH: Redis wants a password. Write it into celery.broker-url
					NOAUTH Authentication required. | Write it into celery.broker-url
					WRONGPASS invalid username-password pair or user is disabled. | WRONGPASS: Redis refuses user name or password. Correct them in celery.broker-url
					ERR invalid password | Correct them in celery.broker-url
					ERR AUTH <password> called without any password configured for the default user. | Remove it from celery.broker-url
					ERR Client sent AUTH, but no password is set | Remove it from celery.broker-url
					NOPERM this user has no permissions to run the 'evalsha' command | run the 'evalsha' command. Give the user of celery.broker-url
					NOPERM User bob has no permissions to access the 'celery' key | 'celery' key. Give the user of celery.broker-url
					ERR The user executing the script can't run this command or subcommand script: bffd7ca542cef92b3c278957b367024554d9be5b, on @user_script:1. | subcommand. Give the user of celery.broker-url
					NOPERM ACL failure in script: User bob has no permissions to run the 'zadd' command | 'zadd' command. Give the user of celery.broker-url
					DENIED Redis is running in protected mode because protected mode is enabled and no password is set. | protected mode and takes connections of its own machine only. Set a password
					ERR max number of clients reached | reached. It is tried again; raise maxclients
					ERR DB index is out of range | Use a smaller database number in celery.broker-url
					ERR SELECT is not allowed in cluster mode | Redis Cluster is not supported
					CROSSSLOT Keys in request don't hash to the same slot | Redis Cluster is not supported
					MOVED 3999 127.0.0.1:6381 | Redis Cluster is not supported
					LOADING Redis is loading the dataset in memory | It is tried again; it passes
					READONLY You can't write against a read only replica. | replica. It is tried again; if it stays so, celery.broker-url leads to a replica
					ERR Error running script (call to f_0): @user_script:1: @user_script: 1: -READONLY You can't write | celery.broker-url leads to a replica
					UNBLOCKED force unblock from blocking operation | celery.broker-url leads to a replica
					MASTERDOWN Link with MASTER is down | celery.broker-url leads to a replica that has lost its primary
					NOREPLICAS Not enough good replicas to write. | min-replicas-to-write
					MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. | MISCONF: Redis cannot save its data and refuses writes. It is tried again
					OOM command not allowed when used memory > 'maxmemory'. | raise maxmemory
					BUSY Redis is busy running a script. | SCRIPT KILL
					ERR unknown command 'EVALSHA' | Redis 6.2 or later is needed
					WRONGTYPE Operation against a key holding the wrong kind of value | another database in celery.broker-url
					""")
	void replyIsFollowedByWhatToDo(String reply, String expected) {
		Throwable failure = new RedisConnectionException("Unable to connect to h/<unresolved>:1",
				new CompletionException(new RedisCommandExecutionException(reply)));
		assertThat(FailureHints.describe(failure, NAMES)).contains(expected).endsWith(".").doesNotContain("\n", "{");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					PKIX path building failed: unable to find valid certification path to requested target | ssl_ca_certs in celery.broker-url, or celery.ssl.bundle
					PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed | ssl_ca_certs in celery.broker-url
					No subject alternative names matching IP address 127.0.0.1 found | ssl_check_hostname=false
					No name matching localhost found | Use a name of the certificate in celery.broker-url
					(certificate_required) Received fatal alert: certificate_required | ssl_certfile and ssl_keyfile in celery.broker-url
					NotAfter: Sat Jan 01 00:00:00 UTC 2022 | Renew it
					""")
	void certificateIsExplained(String message, String expected) {
		Throwable failure = new CompletionException(new SSLHandshakeException(message));
		assertThat(FailureHints.describe(failure, NAMES)).contains(expected);
	}

	@Test
	void expiryCountsMoreThanThePathThatItBreaks() {
		SSLHandshakeException failure = new SSLHandshakeException("PKIX path validation failed");
		failure.initCause(new IllegalStateException("NotAfter: Sat Jan 01 00:00:00 UTC 2022"));
		assertThat(FailureHints.describe(failure, NAMES)).contains("Renew it");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Connection refused | Start Redis there
			connection timed out after 5000 ms: h/10.0.0.1:6379 | firewalls
			No route to host | firewalls
			connect(..) failed: No such file or directory | Correct the path of the unix socket in celery.broker-url
			connect(..) failed: Permission denied | unixsocketperm
			""")
	void whatThereIsNoWayToIsExplained(String message, String expected) {
		assertThat(FailureHints.describe(new ConnectException(message), NAMES)).contains(expected);
	}

	@Test
	void unknownHostIsExplainedBeforeTheReasonOfTheNameServer() {
		UnknownHostException failure = new UnknownHostException("redis.invalid");
		failure.initCause(new IllegalStateException("Query failed with NXDOMAIN"));
		assertThat(FailureHints.describe(failure, NAMES))
			.isEqualTo("the host name is not known. Correct it in celery.broker-url, or the DNS of this machine.");
	}

	@Test
	void argumentsThatRedisQuotesAreNotShown() {
		Throwable reply = new RedisCommandExecutionException(
				"ERR unknown command `HELLO`, with args beginning with: `3`, `AUTH`, `bob`, `s3cret`, ");
		assertThat(FailureHints.describe(reply, NAMES)).startsWith("ERR unknown command `HELLO`. Redis 6.2")
			.doesNotContain("s3cret");
		assertThat(FailureHints.rootCause(new CompletionException(reply))).isEqualTo("ERR unknown command `HELLO`");
		assertThat(FailureHints.withoutSecrets(new CompletionException(reply))).isNull();
		Throwable harmless = new RedisCommandExecutionException("LOADING");
		assertThat(FailureHints.withoutSecrets(new CompletionException(harmless))).isSameAs(harmless);
	}

	@Test
	void messagesOfOursAreNotExplainedTwice() {
		Throwable ours = new BrokerUnavailableException("Cannot connect: Connection refused. Start Redis there",
				new ConnectException("Connection refused"));
		assertThat(RedisFailures.describe(new CompletionException(ours))).isEqualTo(ours.getMessage());
		assertThat(RedisFailures.describe(new RedisConnectionException("Unable to connect", ours)))
			.isEqualTo(ours.getMessage());
	}

	@Test
	void missingMasterIsExplained() {
		Throwable failure = new RedisConnectionException("Unable to connect",
				new BrokerUnavailableException("no Sentinel names a master 'm'. Sentinel a:1 does not know it", null));
		assertThat(FailureHints.describe(failure, NAMES))
			.isEqualTo("no Sentinel names a master 'm'. Sentinel a:1 does not know it. Check the Sentinels in"
					+ " celery.broker-url, and master_name and sentinel_kwargs in the options beside it.");
	}

	@Test
	void unknownFailureIsShownAsItIsOnOneLine() {
		assertThat(FailureHints.describe(new IllegalStateException("what\n\tis this"), NAMES))
			.isEqualTo("what is this");
		assertThat(FailureHints.describe(new IllegalStateException(), NAMES)).isEqualTo("IllegalStateException");
	}

}
