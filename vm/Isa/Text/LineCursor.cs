using System.Globalization;

namespace NearData.Isa.Text;

/// <summary>
/// A place in one line of assembly. Everything it takes may have spaces before it. What can't be taken is remembered, and the
/// places reached furthest make the error message.
/// </summary>
internal sealed class LineCursor(string text)
{
    private readonly List<string> _expectedTexts = [];
    private readonly List<string> _expectedKinds = [];
    private int _furthest;

    public int Position { get; set; }

    public bool IsAtEnd
    {
        get
        {
            SkipSpaces();
            return Position == text.Length;
        }
    }

    /// <summary>Whether a sign comes next.</summary>
    public bool IsAtSign => !IsAtEnd && text[Position] is ('-' or '+');

    /// <summary>Whether a name comes next, and no number.</summary>
    public bool IsAtName => !IsAtEnd && IsOfName(text[Position]) && !char.IsAsciiDigit(text[Position]);

    /// <summary>What went wrong furthest into the line.</summary>
    public AssemblyException Failure(int line) =>
        new(line, _furthest + 1, text, string.Join(
            " or ",
            _expectedKinds.Concat(_expectedTexts.Select(literal => $"`{literal.Trim()}`")).Distinct(StringComparer.Ordinal)));

    /// <summary>Remembers what kind of thing was expected here. Always false.</summary>
    public bool Fail(string kind) => Fail(_expectedKinds, kind);

    /// <summary>Takes a word or symbol; a word must end where it ends.</summary>
    public bool TryTake(string literal)
    {
        SkipSpaces();
        ReadOnlySpan<char> word = literal.AsSpan().Trim();
        int end = Position + word.Length;
        bool isTaken = text.AsSpan(Position).StartsWith(word)
            && (word.IsEmpty || !IsOfWord(word[^1]) || end == text.Length || !IsOfWord(text[end]));
        if (!isTaken)
        {
            return Fail(_expectedTexts, literal);
        }

        Position = end;
        return true;
    }

    /// <summary>Takes a register by its whole name, <c>r0</c> to <c>r10</c> or <c>w0</c> to <c>w10</c>.</summary>
    public bool TryTakeRegister(char kind, out Register register)
    {
        SkipSpaces();
        register = default;
        ReadOnlySpan<char> word = Run(IsOfWord);
        if (word.Length is < 2 or > 3
            || word[0] != kind
            || (word.Length == 3 && word[1] == '0')
            || !byte.TryParse(word[1..], NumberStyles.None, CultureInfo.InvariantCulture, out byte number)
            || number >= Register.Count)
        {
            return Fail(kind == 'r' ? "r0 to r10" : "w0 to w10");
        }

        register = new Register(number);
        Position += word.Length;
        return true;
    }

    /// <summary>Takes a decimal or <c>0x</c> number with or without a sign.</summary>
    public bool TryTakeNumber(Int128 least, Int128 most, out Int128 number)
    {
        SkipSpaces();
        int start = Position;
        bool isNegative = Position < text.Length && text[Position] == '-';
        if (Position < text.Length && text[Position] is '-' or '+')
        {
            Position++;
            SkipSpaces();
        }

        ReadOnlySpan<char> digits = Run(IsOfWord);
        bool isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool isNumber = UInt128.TryParse(
            isHex ? digits[2..] : digits,
            isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture,
            out UInt128 magnitude);

        // Larger ones can't be negated in 128 bits, and are out of every range.
        number = magnitude > ulong.MaxValue ? Int128.MaxValue : isNegative ? -(Int128)magnitude : (Int128)magnitude;
        if (!isNumber || number < least || number > most)
        {
            Position = start;
            return Position >= _furthest && Fail($"a number from {least} to {most}");
        }

        Position += digits.Length;
        return true;
    }

    /// <summary>Takes <c>name:</c>, where one comes next.</summary>
    public bool TryTakeLabelDefinition(out string label)
    {
        label = "";
        if (!IsAtName)
        {
            return false;
        }

        ReadOnlySpan<char> name = Run(IsOfName);
        int colon = Position + name.Length;
        if (colon == text.Length || text[colon] != ':')
        {
            return false;
        }

        label = name.ToString();
        Position = colon + 1;
        return true;
    }

    /// <summary>Takes a name: letters, digits, <c>_</c>, <c>.</c> and <c>$</c>, beginning with no digit.</summary>
    public bool TryTakeName(string kind, out string name)
    {
        name = IsAtName ? Run(IsOfName).ToString() : "";
        Position += name.Length;
        return name.Length > 0 || Fail(kind);
    }

    private bool Fail(List<string> expected, string what)
    {
        if (Position > _furthest)
        {
            _furthest = Position;
            _expectedTexts.Clear();
            _expectedKinds.Clear();
        }

        if (Position == _furthest)
        {
            expected.Add(what);
        }

        return false;
    }

    private void SkipSpaces()
    {
        while (Position < text.Length && char.IsWhiteSpace(text[Position]))
        {
            Position++;
        }
    }

    private ReadOnlySpan<char> Run(Func<char, bool> belongs)
    {
        int end = Position;
        while (end < text.Length && belongs(text[end]))
        {
            end++;
        }

        return text.AsSpan(Position, end - Position);
    }

    private static bool IsOfWord(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';

    /// <summary>Whether a text as a whole is a name that a label can have.</summary>
    public static bool IsName(string text) => text.Length != 0 && !char.IsAsciiDigit(text[0]) && text.All(IsOfName);

    private static bool IsOfName(char character) => IsOfWord(character) || character is '.' or '$';
}
