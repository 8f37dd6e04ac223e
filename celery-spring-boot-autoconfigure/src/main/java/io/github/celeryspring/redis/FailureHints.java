package io.github.celeryspring.redis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;

import io.github.celeryspring.CeleryException;
import org.jspecify.annotations.Nullable;

/**
 * Says in one line what happened and what to do about it. The replies of Redis and the
 * messages of Java and Netty that users meet are in the table below; {@code {url}} and
 * {@code {tls}} stand for the names of the settings. Never shows what was sent.
 */
final class FailureHints {

	private static final String ACL = "Give the user of {url} the commands, keys and channels that"
			+ " docs/using-redis.md lists in the chapter ACL; ACL LOG shows what was refused.";

	private static final String QUOTE = " with args beginning with";

	private static final String CLOSED = "If it is a TLS port, write rediss:// instead of redis:// into {url};"
			+ " else the log of Redis may tell.";

	private static final String PASSES = "It is tried again; ";

	/** The first that fits counts, so what tells more comes first. */
	private static final List<Hint> HINTS = List.of(
			new Hint("NOAUTH |Authentication required", "NOAUTH: Redis wants a password",
					"Write it into {url}, as redis://:password@host or redis://user:password@host."),
			new Hint("WRONGPASS |invalid username-password pair|ERR invalid password",
					"WRONGPASS: Redis refuses user name or password",
					"Correct them in {url}, with : / ? # @ % percent-encoded, or with ACL SETUSER in Redis."),
			new Hint("AUTH <password> called without|Client sent AUTH, but no password is set",
					"Redis has no password, but was sent one", "Remove it from {url}, or set requirepass in Redis."),
			new Hint("^NOPERM |The user executing the script can't|ACL failure in script", null, ACL),
			new Hint("^DENIED ", "DENIED: Redis is in protected mode and takes connections of its own machine only",
					"Set a password in Redis and write it into {url}."),
			new Hint("max number of clients reached", null,
					PASSES + "raise maxclients of Redis, or find with CLIENT LIST who holds the connections."),
			new Hint("DB index is out of range|invalid DB index", null,
					"Use a smaller database number in {url}, or raise 'databases' in redis.conf."),
			new Hint("SELECT is not allowed in cluster mode|^CROSSSLOT |^MOVED |^ASK |^CLUSTERDOWN ", null,
					"Redis Cluster is not supported: {url} must lead to a Redis that is not in cluster mode."),
			new Hint("^LOADING ", null, PASSES + "it passes when Redis has read its data."),
			new Hint("-?READONLY |^UNBLOCKED ", null,
					PASSES + "if it stays so, {url} leads to a replica: name the primary, or the Sentinels."),
			new Hint("^MASTERDOWN ", null,
					PASSES + "{url} leads to a replica that has lost its primary: name the primary, or the Sentinels."),
			new Hint("^NOREPLICAS ", null, PASSES + "fewer replicas than min-replicas-to-write of Redis are there."),
			new Hint("-?MISCONF ", "MISCONF: Redis cannot save its data and refuses writes",
					PASSES + "look into the log of Redis, mostly its disk is full."),
			new Hint("-?OOM ", null, PASSES + "raise maxmemory of Redis, or find what fills it."),
			new Hint("^BUSY ", "BUSY: Redis runs a script of somebody that takes long",
					PASSES + "SCRIPT KILL ends such a script."),
			new Hint("^ERR unknown (sub)?command", null, "Redis 6.2 or later is needed, with no command renamed."),
			new Hint("WRONGTYPE ", null,
					"Somebody uses the same key for something else: another database in {url}, or a global_keyprefix,"
							+ " keeps them apart."),
			new Hint("NotAfter:|NotBefore:|CertificateExpired|CertificateNotYetValid",
					"the certificate of Redis is not valid at this time",
					"Renew it, or correct the clock of this machine."),
			new Hint("PKIX path|unable to find valid certification path|self.signed certificate", null,
					"Name the certificate of its CA: ssl_ca_certs in {url}, or {tls}."),
			new Hint("No subject alternative|No name matching|doesn't match the hostname",
					"the certificate of Redis is for another host name",
					"Use a name of the certificate in {url}, or accept any with ssl_check_hostname=false."),
			new Hint("certificate_required|bad_certificate|handshake_failure|unknown_ca",
					"Redis refuses this side's certificate or its absence",
					"Give one that Redis trusts: ssl_certfile and ssl_keyfile in {url}, or {tls}."),
			new Hint("not an SSL/TLS record", "what listens there speaks no TLS",
					"Use the TLS port of Redis, or redis:// instead of rediss://, in {url}."),
			new Hint("Invalid first byte", "what listens there is no Redis", "Correct host and port in {url}."),
			new Hint("Connection reset|Connection closed prematurely", null, CLOSED),
			// Lettuce has forgotten its handler when the connection ends before it is
			// ready.
			new Hint("RedisHandshakeHandler not registered", "Connection closed at once", CLOSED),
			new Hint("Connection initialization timed out", null,
					"Check in {url} host and port, and whether it must be redis:// or rediss:// (TLS)."),
			new Hint("UnknownHostException|Failed to resolve", "the host name is not known",
					"Correct it in {url}, or the DNS of this machine."),
			new Hint("No such file or directory", null, "Correct the path of the unix socket in {url}."),
			new Hint("Permission denied", null,
					"This process must be allowed to use the unix socket: unixsocketperm of Redis, or its group."),
			new Hint("Connection refused", "Connection refused",
					"Start Redis there, or correct host and port in {url}."),
			new Hint("connection timed out|No route to host|Network is unreachable", null,
					"Check host and port in {url}, and the firewalls on the way."));

	/** What this package finds out itself. */
	private static final List<Hint> OURS = List.of(
			new Hint("^no Sentinel names a master", null,
					"Check the Sentinels in {url}, and master_name and sentinel_kwargs in the options beside it."),
			new Hint("^none of them can be reached", null, "Check the servers in {url}."));

	private FailureHints() {
	}

	/**
	 * Describes a failure.
	 * @param failure what was thrown, by a command or when connecting
	 * @param names what the settings are called
	 * @return one line: what happened, and what to do if that is known
	 */
	static String describe(Throwable failure, RedisSettingNames names) {
		List<Throwable> chain = chain(failure);
		for (Throwable each : chain) {
			if (each instanceof CeleryException) {
				return explained(text(each), names);
			}
		}
		for (Hint hint : HINTS) {
			for (Throwable each : chain) {
				if (hint.fits(each.getClass().getSimpleName()) || hint.fits(text(each))) {
					return hint.explain(text(each), names);
				}
			}
		}
		return text(chain.get(chain.size() - 1));
	}

	/**
	 * The part of a failure to connect that tells most, as a part of another message.
	 * @param failure what was thrown
	 * @return what happened, without secrets and without a remedy
	 */
	static String rootCause(Throwable failure) {
		Throwable each = failure;
		while (each.getCause() != null && !(each instanceof CeleryException) && !(each instanceof SSLException)) {
			each = each.getCause();
		}
		return text(each);
	}

	private static String explained(String text, RedisSettingNames names) {
		return OURS.stream()
			.filter((hint) -> hint.fits(text))
			.findFirst()
			.map((hint) -> hint.explain(text, names))
			.orElse(text);
	}

	/**
	 * The failure as the cause of another, to be shown with its trace.
	 * @param failure what was thrown, wrapped or not
	 * @return what happened, or {@code null} if it shows what was sent
	 */
	static @Nullable Throwable withoutSecrets(Throwable failure) {
		Throwable cause = CeleryException.unwrap(failure);
		boolean quotes = chain(cause).stream().anyMatch((each) -> String.valueOf(each.getMessage()).contains(QUOTE));
		return quotes ? null : cause;
	}

	private static List<Throwable> chain(Throwable failure) {
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		List<Throwable> chain = new ArrayList<>();
		for (Throwable each = failure; each != null && seen.add(each); each = each.getCause()) {
			chain.add(each);
		}
		return chain;
	}

	/**
	 * Redis quotes the arguments of a command it does not know, the password of HELLO.
	 */
	private static String text(Throwable failure) {
		String message = failure.getMessage();
		if (message == null || message.isBlank()) {
			return failure.getClass().getSimpleName();
		}
		return message.replaceAll("(?s),?" + QUOTE + ".*", "")
			.replaceAll(" script: \\p{XDigit}{40}.*", "")
			.replaceAll("\\s+", " ")
			.strip();
	}

	/**
	 * What to do.
	 *
	 * @param pattern found in what a failure is called or says
	 * @param reason says it instead, or {@code null}
	 * @param remedy sentences
	 */
	private record Hint(Pattern pattern, @Nullable String reason, String remedy) {

		Hint(String pattern, @Nullable String reason, String remedy) {
			this(Pattern.compile(pattern), reason, remedy);
		}

		boolean fits(String text) {
			return this.pattern.matcher(text).find();
		}

		String explain(String text, RedisSettingNames names) {
			String what = (this.reason != null) ? this.reason : text;
			return what + (what.endsWith(".") ? " " : ". ")
					+ this.remedy.replace("{url}", names.url()).replace("{tls}", names.tls());
		}

	}

}
