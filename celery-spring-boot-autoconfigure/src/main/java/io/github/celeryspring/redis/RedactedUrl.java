package io.github.celeryspring.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Removes from a URL what must not be shown. The URL may be broken in any way: what is
 * not surely harmless is left out.
 */
final class RedactedUrl {

	private static final String HIDDEN = "***";

	private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");

	private static final Pattern AUTHORITY = Pattern.compile("([A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?");

	private static final Pattern PATH = Pattern.compile("[A-Za-z0-9/._-]*");

	private RedactedUrl() {
	}

	static String of(String url) {
		List<String> parts = new ArrayList<>();
		for (String each : url.split(";", -1)) {
			// An @ without a scheme: the end of a password with a raw ; in it.
			String part = each;
			while (part.indexOf('@') >= 0 && !part.contains("://") && !parts.isEmpty()) {
				part = parts.remove(parts.size() - 1) + ";" + part;
			}
			parts.add(part.strip());
		}
		return parts.stream().map(RedactedUrl::ofOne).collect(Collectors.joining(";"));
	}

	private static String ofOne(String url) {
		int colon = url.indexOf("://");
		String scheme = (colon >= 0) ? url.substring(0, colon) : "";
		String rest = (colon >= 0) ? url.substring(colon + 3) : url;
		String prefix = "";
		if (colon >= 0) {
			prefix = (SCHEME.matcher(scheme).matches() ? scheme : HIDDEN) + "://";
		}
		// A password with a raw @, /, ? or # reaches up to the last @.
		int at = rest.lastIndexOf('@');
		if (at >= 0) {
			prefix += HIDDEN + "@";
			rest = rest.substring(at + 1);
		}
		return prefix + address(rest);
	}

	private static String address(String rest) {
		int question = rest.indexOf('?');
		String address = (question >= 0) ? rest.substring(0, question) : rest;
		int slash = address.indexOf('/');
		String authority = (slash >= 0) ? address.substring(0, slash) : address;
		String path = (slash >= 0) ? address.substring(slash) : "";
		String query = (question >= 0) ? "?" + HIDDEN : "";
		if (!AUTHORITY.matcher(authority).matches()) {
			return HIDDEN;
		}
		return authority + (PATH.matcher(path).matches() ? path : "/" + HIDDEN) + query;
	}

}
