using System.Text.Json;
using NearData.Isa.Programs;

namespace NearData.TestSupport.Kernel;

/// <summary>An object that bpftool (libbpf) loaded into this machine's kernel; gone with the folder of its pins.</summary>
public sealed class KernelLoad : IDisposable
{
    private static readonly string Bpftool = Ground.Command("bpftool") ?? "bpftool";

    private readonly string _folder = $"/sys/fs/bpf/neardata-{Guid.NewGuid():n}";

    public KernelLoad(byte[] elf)
    {
        using var file = new ScratchObject(elf);
        try
        {
            Clang.Run(Bpftool, "prog", "loadall", file.Path, _folder);
            Programs = [.. Directory.GetFiles(_folder).Select(pin => Json("prog", "show", "pinned", pin))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The hash changed with 6.18.</summary>
    public static TagHash Tag => Environment.OSVersion.Version >= new Version(6, 18) ? TagHash.Sha256 : TagHash.Sha1;

    /// <summary>What the kernel says of each program: <c>name</c>, <c>tag</c>, <c>map_ids</c>.</summary>
    public JsonElement[] Programs { get; }

    /// <summary>The program with a name.</summary>
    public JsonElement Program(string name) => Programs.Single(program => program.GetProperty("name").GetString() == name);

    /// <summary>The kernel's own listing of a program, as it rewrote it.</summary>
    public string Dump(string program) =>
        Clang.Run(Bpftool, "prog", "dump", "xlated", "id", $"{Program(program).GetProperty("id").GetInt32()}");

    /// <summary>What the kernel says of each map that some program uses.</summary>
    public IEnumerable<JsonElement> Maps() => Programs
        .SelectMany(program => program.TryGetProperty("map_ids", out JsonElement ids) ? ids.EnumerateArray() : [])
        .Select(id => id.GetInt32())
        .Distinct()
        .Select(id => Json("map", "show", "id", $"{id}"));

    public static JsonElement Json(params string[] arguments) =>
        JsonDocument.Parse(Clang.Run(Bpftool, ["-j", .. arguments])).RootElement.Clone();

    /// <summary>
    /// Runs a program once over a packet of at least 14 bytes; what it gave. On the first CPU, so that it is known whose values of per-CPU maps
    /// it changes.
    /// </summary>
    public JsonElement Run(string program, byte[] packet)
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, packet);
            string printed = Clang.Run(
                "taskset", "-c", "0", Bpftool, "-j", "prog", "run", "id", $"{Program(program).GetProperty("id").GetInt32()}", "data_in", file);
            return JsonDocument.Parse(printed).RootElement.Clone();
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>What <c>bpftool map dump</c> prints of a map, as JSON: entries, each with what its types make of it under <c>formatted</c>.</summary>
    public static JsonElement DumpMap(JsonElement map) => Json("map", "dump", "id", $"{map.GetProperty("id").GetInt32()}");

    /// <summary>Puts a value into a map.</summary>
    public static void Update(int map, byte[] key, byte[] value) => Clang.Run(
        Bpftool, ["map", "update", "id", $"{map}", "key", .. key.Select(it => $"{it}"), "value", .. value.Select(it => $"{it}")]);

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            foreach (string pin in Directory.GetFiles(_folder))
            {
                File.Delete(pin);
            }

            Directory.Delete(_folder);
        }
    }
}
