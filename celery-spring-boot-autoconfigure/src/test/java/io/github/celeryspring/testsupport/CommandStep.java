package io.github.celeryspring.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import io.github.celeryspring.CeleryException;

/**
 * The commands of a message's way from the caller to its result, where a connection may
 * break.
 */
public enum CommandStep {

	/** The client pushes. */
	PUBLISH("LPUSH"),

	/** The client listens for the result. */
	SUBSCRIBE("SUBSCRIBE"),

	/** The consumer asks to be woken by a push. */
	TRACKING("TRACKING"),

	/** The consumer asks for a push when the next message comes. */
	WATCH("CACHING"),

	FETCH(digest("kombu/redis/fetch.lua")),

	RENEW(digest("kombu/redis/renew.lua")),

	STORE(digest("result/redis/store.lua")),

	ACK(digest("kombu/redis/ack.lua")),

	PARK(digest("kombu/redis/park.lua")),

	/** A stopping worker gives back what it has not begun. */
	RELEASE(digest("kombu/redis/requeue.lua")),

	/** A worker looks for messages of dead ones. */
	SWEEP(digest("kombu/redis/overdue.lua")),

	/** A worker puts a message of a dead one back. */
	RESTORE(digest("kombu/redis/requeue.lua"));

	private final String marker;

	CommandStep(String marker) {
		this.marker = marker;
	}

	/** What tells the command on the wire. */
	public String marker() {
		return this.marker;
	}

	/** Whether it is done by the client and not by the worker. */
	public boolean isOfClient() {
		return this == PUBLISH || this == SUBSCRIBE;
	}

	/** What a script is called by. */
	public static String digest(String script) {
		try (InputStream in = CeleryException.class.getResourceAsStream(script)) {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(in.readAllBytes()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
