using System.Numerics;

namespace NearData.Formats.Ndjson;

/// <summary>
/// Reads a record by its marks. What lies between two of them is a name, a value or blank, so it is looked at once, or only for its form where
/// nobody asks for it. All of JSON's grammar is checked (RFC 8259): this takes no line that isn't an object of it; and leaves to others those that
/// are wrong, have escapes in names, or are too deep. One thread.
/// </summary>
internal readonly ref struct StructuralLine
{
    /// <summary>In place of where something ends: the line is left to others.</summary>
    private const int Left = -1;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<byte> _line;
    private readonly ReadOnlySpan<ulong> _marks;
    private readonly int _start;
    private readonly bool _hasEscapes;
    private readonly RecordFields _fields;

    private StructuralLine(ReadOnlySpan<byte> bytes, int start, LineScanner scanner, RecordFields fields)
    {
        _bytes = bytes;
        _line = bytes[..scanner.End];
        _marks = scanner.Marks;
        _start = start;
        _hasEscapes = scanner.HasEscapes;
        _fields = fields;
    }

    /// <summary>Reads the line that was scanned.</summary>
    /// <param name="bytes">The line and what else is in memory.</param>
    /// <param name="start">Where the line starts.</param>
    /// <param name="scanner">Has scanned it.</param>
    /// <param name="names">Of the columns that are read.</param>
    /// <param name="fields">A record of which was begun.</param>
    /// <returns>Whether it did; if not, the fields are those of any part of it.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int start, LineScanner scanner, PathNode names, RecordFields fields)
    {
        if (scanner.IsBroken)
        {
            return false;
        }

        StructuralLine line = new(bytes, start, scanner, fields);
        int at = line.Skip(start);
        if (line.At(at) != '{')
        {
            return false;
        }

        int end = line.Object(at + 1, names, 1);
        return end != Left && line.Skip(end) == line._line.Length;
    }

    /// <summary>Reads an object.</summary>
    /// <param name="at">Behind its brace.</param>
    /// <param name="names">Of the members that are asked for; null for none.</param>
    /// <param name="depth">How many objects and arrays lie around its members.</param>
    /// <returns>Where it ends.</returns>
    private int Object(int at, PathNode? names, int depth)
    {
        if (depth > TextLimits.JsonDepth)
        {
            return Left;
        }

        int first = Skip(at);
        if (At(first) == '}')
        {
            return first + 1;
        }

        for (int member = 0; ; member++)
        {
            PathNode? node = null;
            int value = names is null ? Name(at, out _) : Skip(names.Expect(_bytes, at, member, out node));
            if (value == PathNode.NotExpected)
            {
                value = Name(at, out ReadOnlySpan<byte> name);
                if (value == Left)
                {
                    return Left;
                }

                node = names!.Find(name);
                names.Learn(_bytes[at..value], member, node);
            }

            at = Skip(node is null ? Value(value, depth, out _) : Value(value, node, depth));
            if (At(at) != ',')
            {
                return At(at) == '}' ? at + 1 : Left;
            }

            at++;
        }
    }

    /// <summary>Reads a name and the colon behind it.</summary>
    /// <returns>Where the value begins.</returns>
    private int Name(int at, out ReadOnlySpan<byte> name)
    {
        name = default;
        at = Skip(at);
        if (At(at) != '"')
        {
            return Left;
        }

        int close = Next(at + 1);
        if (At(close) != '"')
        {
            return Left;
        }

        name = _line[(at + 1)..close];
        at = Skip(close + 1);
        return At(at) != ':' || (_hasEscapes && name.Contains((byte)'\\')) ? Left : Skip(at + 1);
    }

    private int Array(int at, int depth)
    {
        if (depth > TextLimits.JsonDepth)
        {
            return Left;
        }

        at = Skip(at);
        if (At(at) == ']')
        {
            return at + 1;
        }

        while (true)
        {
            at = Skip(Value(at, depth, out _));
            if (At(at) != ',')
            {
                return At(at) == ']' ? at + 1 : Left;
            }

            at = Skip(at + 1);
        }
    }

    /// <summary>Reads a value that nobody asks for.</summary>
    /// <param name="at">Its first byte, or <see cref="Left"/>.</param>
    /// <param name="depth">How many objects and arrays lie around it.</param>
    /// <param name="form">What it is.</param>
    /// <returns>Where it ends.</returns>
    private int Value(int at, int depth, out FieldForm form)
    {
        switch (At(at))
        {
            case '"':
                return String(at, out form);
            case '{':
                form = FieldForm.Nested;
                return Object(at + 1, names: null, depth + 1);
            case '[':
                form = FieldForm.Nested;
                return Array(at + 1, depth + 1);
            default:
                return Literal(at, out form);
        }
    }

    /// <summary>Reads a value that is asked for, or has some in it.</summary>
    private int Value(int at, PathNode node, int depth)
    {
        bool isParent = node.HasChildren && At(at) == '{';
        if (node.HasChildren)
        {
            _fields.Forget(node, _start);
        }

        FieldForm form = FieldForm.Nested;
        int end = isParent ? Object(at + 1, node, depth + 1) : Value(at, depth, out form);
        if (end == Left || (node.HasChildren && !isParent && form != FieldForm.Null))
        {
            return Left;
        }

        if (node.Slot >= 0)
        {
            int quote = form is FieldForm.Quoted or FieldForm.Escaped ? 1 : 0;
            int length = form == FieldForm.Null ? 0 : end - at - (2 * quote);
            _fields.Set(node.Slot, new FieldPlace(at + quote, length, form));
        }

        return end;
    }

    private int String(int at, out FieldForm form)
    {
        form = FieldForm.Quoted;
        int close = Next(at + 1);
        if (At(close) != '"')
        {
            return Left;
        }

        if (_hasEscapes && _line[(at + 1)..close] is var text && text.Contains((byte)'\\'))
        {
            form = FieldForm.Escaped;
            return JsonText.HasValidEscapes(text) ? close + 1 : Left;
        }

        return close + 1;
    }

    /// <summary>A number, a truth or null: all up to the next mark but blanks.</summary>
    private int Literal(int at, out FieldForm form)
    {
        form = FieldForm.Plain;
        if ((uint)at >= (uint)_line.Length)
        {
            return Left;
        }

        int end = Math.Min(Next(at), _line.Length);
        while (end > at && IsBlank(_line[end - 1]))
        {
            end--;
        }

        ReadOnlySpan<byte> text = _line[at..end];
        switch (_line[at])
        {
            case (byte)'n':
                form = FieldForm.Null;
                return text.SequenceEqual("null"u8) ? end : Left;
            case (byte)'t':
                return text.SequenceEqual("true"u8) ? end : Left;
            case (byte)'f':
                return text.SequenceEqual("false"u8) ? end : Left;
            default:
                return text.Length > 0 && JsonNumber.IsAt(_bytes, at, text.Length) ? end : Left;
        }
    }

    /// <summary>The first mark from a place in the line, or its end, on; behind its end where there is none.</summary>
    private int Next(int at)
    {
        int place = at - _start;
        int block = place >> 6;
        ulong bits = _marks[block] & (ulong.MaxValue << place);
        while (bits == 0)
        {
            bits = _marks[++block];
        }

        return _start + (block << 6) + BitOperations.TrailingZeroCount(bits);
    }

    /// <summary>The byte at a place; -1 where that isn't in the line.</summary>
    private int At(int at) => (uint)at < (uint)_line.Length ? _line[at] : -1;

    /// <summary>The first byte from a place on that isn't blank, or the line's end. Of <see cref="Left"/> the same.</summary>
    private int Skip(int at)
    {
        while ((uint)at < (uint)_line.Length && IsBlank(_line[at]))
        {
            at++;
        }

        return at;
    }

    private static bool IsBlank(byte letter) => letter is (byte)' ' or (byte)'\t' or (byte)'\r';
}
