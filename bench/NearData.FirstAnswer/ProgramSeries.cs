using System.Buffers.Binary;
using System.Globalization;
using NearData.TestSupport;

namespace NearData.FirstAnswer;

/// <summary>
/// Any number of objects that differ in one constant of their code: each is another program to whoever loads it. Clang compiles them once,
/// with a constant that is found again.
/// </summary>
internal sealed class ProgramSeries
{
    /// <summary>Hundredths: more than any price, as are those that take its place, so that answers don't differ.</summary>
    private const int Marker = 0x5A5A_5A5A;

    /// <summary>Sources by name, in which NUMBER stands for the constant.</summary>
    private static readonly SortedDictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        ["count"] = Own("count"),
        ["groups"] = Read("queries/programs/q1.c").Replace("return r->l_shipdate <= until;", "return r->l_shipdate <= until && r->l_extendedprice < NUMBER;", StringComparison.Ordinal),
        ["sum"] = Own("sum"),
    };

    private readonly byte[] _object;
    private readonly int[] _places;
    private int _made;

    private ProgramSeries(string name)
    {
        _object = Clang.Compile(Sources[name], options: [$"-DNUMBER={Marker.ToString(CultureInfo.InvariantCulture)}"]);
        _places = [.. Enumerable.Range(0, _object.Length - sizeof(int)).Where(at => BinaryPrimitives.ReadInt32LittleEndian(_object.AsSpan(at)) is Marker or Marker - 1)];
        if (_places.Length == 0)
        {
            throw new InvalidOperationException($"'{name}' has no constant NUMBER in its code.");
        }
    }

    public static IEnumerable<string> Names => Sources.Keys;

    public static ProgramSeries Of(string name) => new(name);

    /// <summary>The next object, which nobody has seen.</summary>
    public byte[] Next()
    {
        byte[] made = [.. _object];
        foreach (int place in _places)
        {
            Span<byte> number = made.AsSpan(place, sizeof(int));
            BinaryPrimitives.WriteInt32LittleEndian(number, BinaryPrimitives.ReadInt32LittleEndian(number) - _made - 2);
        }

        _made++;
        return made;
    }

    private static string Own(string name) => Read($"bench/NearData.FirstAnswer/Programs/{name}.c");

    private static string Read(string file) => File.ReadAllText(Path.Combine(Ground.Repository, file));
}
