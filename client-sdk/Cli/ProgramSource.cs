using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NearData.Cli;

/// <summary>Programs as files: an eBPF object, or C that clang makes one of.</summary>
internal static class ProgramSource
{
    /// <summary>Newest first; the last name is what a distribution calls its default.</summary>
    private static readonly string[] Compilers = ["clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14", "clang"];

    /// <summary>Beside the program: the header that authors include.</summary>
    private static string IncludeFolder => Path.Combine(AppContext.BaseDirectory, "include");

    /// <summary>Where Debian keeps what <c>linux/bpf.h</c> includes: clang looks there for programs of this machine, not for eBPF.</summary>
    private static string KernelHeaders => RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? "/usr/include/aarch64-linux-gnu"
        : "/usr/include/x86_64-linux-gnu";

    /// <summary>The object's bytes.</summary>
    /// <exception cref="CliException">There is no such file, or no compiler, or clang refused the source.</exception>
    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            throw new CliException($"There is no file '{path}'.");
        }

        return Path.GetExtension(path) == ".c"
            ? await CompileAsync(path, cancellation)
            : await File.ReadAllBytesAsync(path, cancellation);
    }

    private static async Task<byte[]> CompileAsync(string path, CancellationToken cancellation)
    {
        string compiler = Compilers.FirstOrDefault(IsOnPath)
            ?? throw new CliException($"'{path}' is C and no clang is installed (such as clang-19); give the compiled object instead.");
        string target = Path.Combine(Path.GetTempPath(), $"neardata-{Guid.NewGuid():N}.o");
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(
                compiler, ["-O2", "-g", "-target", "bpf", "-mcpu=v3", "-I", IncludeFolder, "-idirafter", KernelHeaders, "-c", path, "-o", target])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            })!;
            string messages = await process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0
                ? await File.ReadAllBytesAsync(target, cancellation)
                : throw new CliException($"{compiler} refused '{path}':\n{messages}");
        }
        finally
        {
            File.Delete(target);
        }
    }

    private static bool IsOnPath(string command) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, command)));
}
