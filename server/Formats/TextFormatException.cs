using System.Text;

namespace NearData.Formats;

/// <summary>The data is wrong: a text file doesn't say what its format or its schema allows.</summary>
public sealed class TextFormatException : Exception
{
    private const int MostShownBytes = 60;

    /// <param name="file">By the name that the caller gave.</param>
    /// <param name="place">Where in it.</param>
    /// <param name="message">What is wrong there.</param>
    /// <param name="cause">Null, or what found it.</param>
    public TextFormatException(string file, TextPlace place, string message, Exception? cause = null)
        : base($"{file}, {place}: {message}", cause) => (File, Place) = (file, place);

    public string File { get; }

    public TextPlace Place { get; }

    /// <summary>The column at fault; null where it is none.</summary>
    public string? Column { get; private init; }

    /// <summary>A value that isn't of its column's type.</summary>
    public static TextFormatException OfValue(string file, TextPlace place, SchemaColumn column, ReadOnlySpan<byte> value) =>
        new(file, place, $"Column '{column.Name}' has {Shown(value)}, which is no {column.Type}; {SchemaFile.Advice}.") { Column = column.Name };

    /// <summary>A null in a column that is read as one without.</summary>
    public static TextFormatException OfNull(string file, TextPlace place, SchemaColumn column) =>
        new(file, place, $"Column '{column.Name}' has a null, and is read as {column.Type} without nulls; {SchemaFile.Advice}.") { Column = column.Name };

    /// <summary>The bytes in quotes, shortened, as a message shows them.</summary>
    public static string Shown(ReadOnlySpan<byte> value)
    {
        string text = Encoding.UTF8.GetString(value[..Math.Min(value.Length, MostShownBytes)]);
        StringBuilder shown = new("'");
        foreach (char letter in text)
        {
            shown.Append(char.IsControl(letter) ? '\u00b7' : letter);
        }

        return shown.Append(value.Length > MostShownBytes ? $"...' ({value.Length} bytes)" : "'").ToString();
    }
}

/// <summary>A place in a text file.</summary>
/// <param name="Offset">Bytes from the start of its text; of a compressed file, from the start of the text that it expands to.</param>
/// <param name="Line">From 1, newlines within quotes counted; 0 where it isn't known.</param>
public readonly record struct TextPlace(long Offset, long Line)
{
    public override string ToString() => Line > 0 ? $"line {Line}, offset {Offset}" : $"offset {Offset}";
}
