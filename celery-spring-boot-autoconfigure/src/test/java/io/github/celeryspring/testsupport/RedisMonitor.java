package io.github.celeryspring.testsupport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Sees every command that a server runs, those of scripts included.
 */
public final class RedisMonitor implements AutoCloseable {

	private final Socket socket;

	private final Thread reader;

	private final Collection<String> lines = new ConcurrentLinkedQueue<>();

	public RedisMonitor(int port) throws IOException {
		this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
		this.socket.getOutputStream().write("MONITOR\r\n".getBytes(StandardCharsets.US_ASCII));
		InputStream in = this.socket.getInputStream();
		line(in);
		this.reader = new Thread(() -> {
			try {
				for (String line = line(in); !line.isEmpty(); line = line(in)) {
					this.lines.add(line);
				}
			}
			catch (IOException ex) {
				// closed
			}
		}, "redis-monitor");
		this.reader.setDaemon(true);
		this.reader.start();
	}

	private static String line(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
			line.write(next);
		}
		return line.toString(StandardCharsets.ISO_8859_1).strip();
	}

	/** Whether a command with this argument was seen. */
	public boolean hasSeen(String argument) {
		return this.lines.stream().anyMatch((line) -> line.contains("\"" + argument + "\""));
	}

	/**
	 * The commands so far, each but once.
	 * @param observer the address of a connection whose commands are left out
	 * @return the commands with their arguments, one character for each byte
	 */
	public Set<List<String>> commandsWithout(String observer) {
		Set<List<String>> commands = new LinkedHashSet<>();
		this.lines.stream()
			.filter((line) -> !line.contains(" " + observer + "] "))
			.forEach((line) -> commands.add(arguments(line.substring(line.indexOf("] ") + 2))));
		return commands;
	}

	/** Reads arguments as Redis quotes them. */
	private static List<String> arguments(String text) {
		List<String> arguments = new ArrayList<>();
		StringBuilder argument = new StringBuilder();
		boolean quoted = false;
		for (int i = 0; i < text.length(); i++) {
			char next = text.charAt(i);
			if (next == '"') {
				quoted = !quoted;
				if (!quoted) {
					arguments.add(argument.toString());
					argument.setLength(0);
				}
			}
			else if (quoted && next == '\\') {
				char escaped = text.charAt(++i);
				if (escaped == 'x') {
					argument.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
					i += 2;
				}
				else {
					int known = "nrtab".indexOf(escaped);
					argument.append((known < 0) ? escaped : "\n\r\t\007\b".charAt(known));
				}
			}
			else if (quoted) {
				argument.append(next);
			}
		}
		return arguments;
	}

	@Override
	public void close() {
		try {
			this.socket.close();
			this.reader.join();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
