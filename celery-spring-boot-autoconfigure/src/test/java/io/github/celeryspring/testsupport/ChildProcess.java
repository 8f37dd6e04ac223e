package io.github.celeryspring.testsupport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process that a test starts, watches by its output, signals and kills. It keeps the
 * output for failure messages.
 */
public final class ChildProcess implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Process process;

	private final List<String> output = new ArrayList<>();

	private boolean ended;

	private ChildProcess(Process process) {
		this.process = process;
		Thread reader = new Thread(this::read, "output of process " + process.pid());
		reader.setDaemon(true);
		reader.start();
	}

	/**
	 * Starts a process whose standard input stays open as long as this JVM lives.
	 * @param builder what to start; both outputs are collected
	 * @return the process
	 */
	public static ChildProcess start(ProcessBuilder builder) {
		try {
			return new ChildProcess(builder.redirectErrorStream(true).start());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read() {
		try (BufferedReader reader = this.process.inputReader(StandardCharsets.UTF_8)) {
			String line = reader.readLine();
			while (line != null) {
				add(line);
				line = reader.readLine();
			}
		}
		catch (IOException ex) {
			add("(output ends: " + ex + ")");
		}
		finally {
			end();
		}
	}

	private synchronized void add(String line) {
		this.output.add(line);
		notifyAll();
	}

	private synchronized void end() {
		this.ended = true;
		notifyAll();
	}

	/**
	 * Waits for a line of output; lines written before count too.
	 * @param wanted which line
	 * @return the line
	 * @throws IllegalStateException if the process ends without it, or a minute passes
	 */
	public synchronized String awaitLine(Predicate<String> wanted) {
		long deadline = System.nanoTime() + PATIENCE.toNanos();
		int next = 0;
		while (true) {
			for (; next < this.output.size(); next++) {
				if (wanted.test(this.output.get(next))) {
					return this.output.get(next);
				}
			}
			long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
			if (this.ended || left <= 0) {
				throw new IllegalStateException("The line did not come; the output was:\n" + output());
			}
			try {
				wait(left);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}
	}

	/**
	 * Writes a line to its standard input.
	 * @param line the line
	 */
	public void writeLine(String line) {
		try {
			this.process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
			this.process.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The output was:\n" + output(), ex);
		}
	}

	/**
	 * All output so far.
	 * @return the lines
	 */
	public synchronized String output() {
		return String.join("\n", this.output);
	}

	public boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Sends a signal to the process alone.
	 * @param name such as {@code STOP}
	 */
	public void signal(String name) {
		signal(name, List.of(this.process.toHandle()));
	}

	/**
	 * Sends a signal to the process and its children.
	 * @param name such as {@code STOP}
	 */
	public void signalAll(String name) {
		signal(name, tree());
	}

	/** The parent first, so that it can replace no child. */
	private List<ProcessHandle> tree() {
		List<ProcessHandle> tree = new ArrayList<>(List.of(this.process.toHandle()));
		this.process.descendants().forEach(tree::add);
		return tree;
	}

	private static void signal(String name, List<ProcessHandle> processes) {
		List<String> command = new ArrayList<>(List.of("kill", "-" + name));
		processes.forEach((process) -> command.add(String.valueOf(process.pid())));
		try {
			int code = new ProcessBuilder(command).start().waitFor();
			if (code != 0) {
				throw new IllegalStateException("kill -" + name + " failed with " + code);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Asks it to end, as an operator does, and waits until it has.
	 * @return the exit code
	 */
	public int terminate() {
		// Process.destroy() would close its standard input first.
		this.process.toHandle().destroy();
		return await();
	}

	private int await() {
		try {
			if (!this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException("The process does not end; the output was:\n" + output());
			}
			return this.process.exitValue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Kills it and its children with signal 9.
	 */
	public void kill() {
		tree().forEach(ProcessHandle::destroyForcibly);
		// Not for the children: dead ones look alive until init has reaped them.
		await();
	}

	@Override
	public void close() {
		if (isAlive()) {
			kill();
		}
	}

}
