using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;
using System.Text.Json;

namespace NearData.Formats.Ndjson;

/// <summary>The names that are looked for in an object, and in those within it. One thread.</summary>
internal sealed class PathNode
{
    /// <summary>In place of where a value begins.</summary>
    public const int NotExpected = -2;

    /// <summary>Members of an object of which it is remembered what was there last.</summary>
    private const int MostExpected = 1 << 10;

    private readonly List<PathNode> _children = [];
    private readonly byte[] _name;
    private Expectation[] _expected = [];

    private PathNode(string name) => _name = Encoding.UTF8.GetBytes(name);

    /// <summary>Which of the columns that are read this is; -1 for none.</summary>
    public int Slot { get; private set; } = -1;

    public bool HasChildren => _children.Count > 0;

    public IReadOnlyList<PathNode> Children => _children;

    /// <summary>A tree of paths with dots; each one's place is its slot.</summary>
    public static PathNode Of(IReadOnlyList<string> paths)
    {
        PathNode root = new("");
        for (int slot = 0; slot < paths.Count; slot++)
        {
            PathNode node = root;
            foreach (string name in paths[slot].Split('.'))
            {
                node = node.Child(name);
            }

            node.Slot = slot;
        }

        return root;
    }

    /// <summary>The child with the name that a reader is at; null for none.</summary>
    public PathNode? Find(ref Utf8JsonReader reader)
    {
        foreach (PathNode child in _children)
        {
            if (reader.ValueTextEquals(child._name))
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>The child with a name; null for none.</summary>
    public PathNode? Find(ReadOnlySpan<byte> name)
    {
        foreach (PathNode child in _children)
        {
            if (name.SequenceEqual(child._name))
            {
                return child;
            }
        }

        return null;
    }

    /// <summary>
    /// Objects mostly have the same names at the same places, so what is there is held against what was there last, with quotes, colon and blanks:
    /// if it is the same, there is nothing to be looked for.
    /// </summary>
    /// <param name="bytes">The object and what else is in memory.</param>
    /// <param name="at">Behind the brace or comma before the member.</param>
    /// <param name="member">Its place in the object.</param>
    /// <param name="child">Its child; null where nobody asks for it.</param>
    /// <returns>Where the member's value begins; <see cref="NotExpected"/> where something else is there.</returns>
    public int Expect(ReadOnlySpan<byte> bytes, int at, int member, out PathNode? child)
    {
        child = null;
        if (member >= _expected.Length || bytes.Length - at < Vector256<byte>.Count)
        {
            return NotExpected;
        }

        ref readonly Expectation expected = ref _expected[member];
        Vector256<byte> found = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(bytes), (nuint)at);
        child = expected.Child;
        return expected.Length > 0 && (Vector256.Equals(found, expected.Text).ExtractMostSignificantBits() & expected.Mask) == expected.Mask
            ? at + expected.Length
            : NotExpected;
    }

    /// <summary>Expects at a member's place what was there now.</summary>
    /// <param name="text">From the brace or comma before it to its value.</param>
    /// <param name="member">Its place.</param>
    /// <param name="child">Its child; null where nobody asks for it.</param>
    public void Learn(ReadOnlySpan<byte> text, int member, PathNode? child)
    {
        if (text.Length > Vector256<byte>.Count || member >= MostExpected)
        {
            return;
        }

        if (member >= _expected.Length)
        {
            Array.Resize(ref _expected, Math.Max(16, 2 * member));
        }

        Span<byte> padded = stackalloc byte[Vector256<byte>.Count];
        padded.Clear();
        text.CopyTo(padded);
        _expected[member] = new Expectation(Vector256.Create<byte>(padded), uint.MaxValue >> (Vector256<byte>.Count - text.Length), text.Length, child);
    }

    private PathNode Child(string name)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        PathNode? child = _children.Find(candidate => candidate._name.AsSpan().SequenceEqual(bytes));
        if (child is null)
        {
            child = new PathNode(name);
            _children.Add(child);
        }

        return child;
    }

    /// <summary>What was at a member's place last.</summary>
    /// <param name="Text">What was there, zeros behind it.</param>
    /// <param name="Mask">A bit for each of its bytes.</param>
    /// <param name="Length">Its bytes; 0 where nothing was there.</param>
    /// <param name="Child">Null where nobody asks for it.</param>
    private readonly record struct Expectation(Vector256<byte> Text, uint Mask, int Length, PathNode? Child);
}
