package io.github.celeryspring.testsupport;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Runs something with netty's native transport. The tests at large run with it switched
 * off, which Lettuce looks at once and for all, so this takes a class loader of its own.
 */
public final class NativeTransportLoader {

	private static final String SWITCH = "io.lettuce.core.epoll";

	private NativeTransportLoader() {
	}

	/**
	 * Runs a function that maps text to text.
	 * @param type its class, which is loaded again; public, with a public constructor
	 * @param argument what to give it
	 * @return what it returns
	 */
	@SuppressWarnings("unchecked")
	public static String apply(Class<? extends Function<String, String>> type, String argument) {
		String switchedOff = System.setProperty(SWITCH, "true");
		ClassLoader former = Thread.currentThread().getContextClassLoader();
		try (URLClassLoader isolated = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
			Thread.currentThread().setContextClassLoader(isolated);
			Object function = isolated.loadClass(type.getName()).getConstructor().newInstance();
			return ((Function<String, String>) function).apply(argument);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			Thread.currentThread().setContextClassLoader(former);
			System.setProperty(SWITCH, String.valueOf(switchedOff));
		}
	}

	private static URL[] classPath() throws MalformedURLException {
		String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		List<URL> urls = new ArrayList<>();
		for (String each : path.split(File.pathSeparator)) {
			urls.add(new File(each).toURI().toURL());
		}
		return urls.toArray(URL[]::new);
	}

}
