package io.github.celeryspring.autoconfigure;

/**
 * How many letters differ: Levenshtein's distance.
 */
final class EditDistance {

	private EditDistance() {
	}

	static int between(String first, String second) {
		int[] previous = new int[second.length() + 1];
		for (int column = 0; column <= second.length(); column++) {
			previous[column] = column;
		}
		for (int row = 1; row <= first.length(); row++) {
			int[] current = new int[second.length() + 1];
			current[0] = row;
			for (int column = 1; column <= second.length(); column++) {
				int replaced = previous[column - 1] + ((first.charAt(row - 1) != second.charAt(column - 1)) ? 1 : 0);
				current[column] = Math.min(replaced, Math.min(previous[column], current[column - 1]) + 1);
			}
			previous = current;
		}
		return previous[second.length()];
	}

}
