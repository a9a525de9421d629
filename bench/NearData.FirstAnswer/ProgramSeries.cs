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

    private static readonly string Folder = Path.Combine(Ground.Repository, "bench/NearData.FirstAnswer/Programs");

    private readonly byte[] _object;
    private readonly int[] _places;
    private int _made;

    private ProgramSeries(string file)
    {
        Name = Path.GetFileNameWithoutExtension(file);
        _object = Clang.Compile(File.ReadAllText(file), options: [$"-DNUMBER={Marker.ToString(CultureInfo.InvariantCulture)}"]);
        _places = [.. Enumerable.Range(0, _object.Length - sizeof(int)).Where(at => BinaryPrimitives.ReadInt32LittleEndian(_object.AsSpan(at)) is Marker or Marker - 1)];
        if (_places.Length == 0)
        {
            throw new InvalidOperationException($"{file} has no constant NUMBER in its code.");
        }
    }

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.c").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal);

    public string Name { get; }

    public static ProgramSeries Of(string name) => new(Path.Combine(Folder, $"{name}.c"));

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
}
