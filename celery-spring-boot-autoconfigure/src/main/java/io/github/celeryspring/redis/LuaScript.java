package io.github.celeryspring.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.celeryspring.CeleryException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisScriptingAsyncCommands;

/**
 * A script of a class, read from the file beside it. Sent by its digest; the text follows
 * when the server does not know it (first use, restart, fail-over, {@code SCRIPT FLUSH}).
 *
 * @since 0.1.0
 */
public final class LuaScript {

	private final byte[] text;

	private final String digest;

	private LuaScript(byte[] text) {
		this.text = text;
		try {
			this.digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Reads a script from the class path.
	 * @param owner the class that uses it
	 * @param resource the file name, relative to that class
	 * @return the script
	 */
	public static LuaScript of(Class<?> owner, String resource) {
		try (InputStream in = owner.getResourceAsStream(resource)) {
			if (in == null) {
				throw new IllegalArgumentException("No script " + resource + " beside " + owner.getName());
			}
			return new LuaScript(in.readAllBytes());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Runs the script.
	 * @param <T> what the reply becomes
	 * @param commands the connection to use
	 * @param output the kind of reply
	 * @param keys KEYS
	 * @param arguments ARGV
	 * @return the reply
	 */
	public <T> CompletionStage<T> run(RedisScriptingAsyncCommands<byte[], byte[]> commands, ScriptOutputType output,
			byte[][] keys, byte[]... arguments) {
		return commands.<T>evalsha(this.digest, output, keys, arguments).exceptionallyCompose((failure) -> {
			if (CeleryException.unwrap(failure) instanceof RedisNoScriptException) {
				return commands.eval(this.text, output, keys, arguments);
			}
			return CompletableFuture.failedStage(failure);
		});
	}

	/**
	 * The text, for error messages and tests.
	 * @return the source of the script
	 */
	@Override
	public String toString() {
		return new String(this.text, StandardCharsets.UTF_8);
	}

}
