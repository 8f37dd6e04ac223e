package io.github.celeryspring.kombu;

import java.util.regex.Pattern;

import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Which type a plain scalar has, in YAML 1.1 as PyYAML understands it. SnakeYAML's own
 * table differs: it takes {@code 1e3} for a number, which PyYAML writes for a text.
 */
final class YamlTypes extends Resolver {

	/** Longer ones are texts; digits of an integer that Python reads are fewer. */
	private static final int MAX_LENGTH = 5000;

	static final Tag VALUE = new Tag(Tag.PREFIX + "value");

	private static final String TIME = "(?:[Tt]|[ \\t]+)(\\d\\d?):(\\d\\d):(\\d\\d)(?:\\.(\\d*))?"
			+ "(?:[ \\t]*(Z|([-+])(\\d\\d?)(?::(\\d\\d))?))?";

	/**
	 * Date, time, fraction, and UTC or an offset; what is explicitly one may be shorter.
	 */
	static final Pattern TIMESTAMP = Pattern.compile("(\\d{4})-(\\d\\d?)-(\\d\\d?)(?:" + TIME + ")?");

	@Override
	protected void addImplicitResolvers() {
		add(Tag.BOOL, "yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", "yYnNtTfFoO");
		add(Tag.FLOAT,
				"[-+]?[0-9][0-9_]*\\.[0-9_]*(?:[eE][-+][0-9]+)?|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
						+ "|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])++\\.[0-9_]*|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)",
				"-+0123456789.");
		add(Tag.INT, "[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+"
				+ "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])++", "-+0123456789");
		add(Tag.MERGE, "<<", "<");
		add(VALUE, "=", "=");
		add(Tag.NULL, "~|null|Null|NULL", "~nN");
		addImplicitResolver(Tag.NULL, Pattern.compile("^$"), null);
		add(Tag.TIMESTAMP, "\\d{4}-\\d\\d-\\d\\d|\\d{4}-\\d\\d?-\\d\\d?" + TIME, "0123456789");
	}

	private void add(Tag tag, String pattern, String firstCharacters) {
		addImplicitResolver(tag, Pattern.compile("^(?:" + pattern + ")$"), firstCharacters, MAX_LENGTH);
	}

}
