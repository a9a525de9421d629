using System.Collections.Concurrent;
using System.Diagnostics;

namespace NearData.TestSupport;

/// <summary>Compiles C to eBPF objects as a program's author would.</summary>
public static class Clang
{
    /// <summary>Objects by all that they are made from: many tests look at the same program.</summary>
    private static readonly ConcurrentDictionary<string, Lazy<byte[]>> Compiled = new(StringComparer.Ordinal);

    /// <summary>The object's bytes; a compiler error or warning fails the test with clang's own words.</summary>
    /// <param name="source">C source; <c>neardata.h</c> is on the include path.</param>
    /// <param name="command">The compiler, such as <c>clang-19</c>.</param>
    /// <param name="cpu">The instruction-set version: <c>v1</c> to <c>v4</c>.</param>
    /// <param name="options">Other options; they come last.</param>
    public static byte[] Compile(string source, string command = "clang-19", string cpu = "v3", params string[] options)
    {
        string key = string.Join('\0', [command, cpu, .. options, source]);

        // A copy: tests break what they are given.
        return [.. Compiled.GetOrAdd(key, _ => new Lazy<byte[]>(() => CompileAnew(source, command, cpu, options))).Value];
    }

    private static byte[] CompileAnew(string source, string command, string cpu, string[] options)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("neardata-clang-");
        try
        {
            string input = Path.Combine(folder.FullName, "program.c");
            string output = Path.Combine(folder.FullName, "program.o");
            File.WriteAllText(input, source);
            Run(command, ["-O2", "-g", "-target", "bpf", $"-mcpu={cpu}", "-Wall", "-Wextra", "-Werror",
                "-I", Path.Combine(Ground.Repository, "vm/include"), "-isystem", "/usr/include/x86_64-linux-gnu",
                .. options, "-c", input, "-o", output]);
            return File.ReadAllBytes(output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>What a command printed on standard output; a non-zero exit code fails the test with its standard error.</summary>
    public static string Run(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InvalidOperationException($"{command} did not start.");
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{command} {string.Join(' ', arguments)}: {error.GetAwaiter().GetResult()}");
    }
}
