//! Check character: what may stand after the eight digits of a DNI, which bears them out.

/// The two characters that may stand after these eight digits: a digit (since 2007) and a letter (before).
///
/// Weights 3 2 7 6 5 4 3 2, sum modulo 11, then the table.
pub fn dni_check_characters(eight: &str) -> [char; 2] {
    const WEIGHTS: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];
    const DIGITS: [char; 11] = ['6', '5', '4', '3', '2', '1', '1', '0', '9', '8', '7'];
    const LETTERS: [char; 11] = ['K', 'J', 'I', 'H', 'G', 'F', 'E', 'D', 'C', 'B', 'A'];
    let sum: u32 = eight.chars().filter_map(|digit| digit.to_digit(10)).zip(WEIGHTS).map(|(a, b)| a * b).sum();
    let place = (sum % 11) as usize;
    match (DIGITS.get(place), LETTERS.get(place)) {
        (Some(digit), Some(letter)) => [*digit, *letter],
        _ => ['?', '?'],
    }
}

#[cfg(test)]
mod tests {
    use super::dni_check_characters;

    #[test]
    fn check_characters_follow_the_known_vectors() {
        assert_eq!(dni_check_characters("00000001"), ['4', 'I']);
        assert_eq!(dni_check_characters("12345678"), ['1', 'E']);
        assert_eq!(dni_check_characters("99999999"), ['4', 'I']);
        assert_eq!(dni_check_characters("01234567"), ['0', 'D']);
    }
}
