using Microsoft.Win32.SafeHandles;

namespace NearData.Engine.Datasets;

/// <summary>The folder that a node serves. Nothing outside it can be opened: not by name, and not through links.</summary>
public sealed class ServedRoot
{
    private readonly string _prefix;

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public ServedRoot(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The served root '{folder}' is no folder.");
        }

        FullPath = Path.GetFullPath(folder);
        _prefix = RealFolder(FullPath).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
    }

    public string FullPath { get; }

    /// <summary>Refuses a name that could mean anything but an entry of the folder that it is looked up in.</summary>
    /// <exception cref="PathRefusedException">The name is empty, a relative step, or holds a separator or NUL.</exception>
    public static void CheckName(string name)
    {
        if (name.Length is 0 or > 255 || name is "." or ".." || name.AsSpan().IndexOfAny('/', '\\', '\0') >= 0)
        {
            throw new PathRefusedException(name);
        }
    }

    /// <summary>The files right in a folder under the root.</summary>
    /// <exception cref="ServedFileException">The folder can't be read.</exception>
    public string[] FilesIn(string folder) => Look(folder, Directory.GetFiles);

    /// <summary>The folders right in a folder under the root.</summary>
    /// <exception cref="ServedFileException">The folder can't be read.</exception>
    public string[] FoldersIn(string folder) => Look(folder, Directory.GetDirectories);

    /// <summary>Whether what a path leads to has no length.</summary>
    /// <exception cref="ServedFileException">The file can't be looked at.</exception>
    public bool IsEmpty(string path) => Look(path, path => new FileInfo(RealPath(path)) is { Exists: true, Length: 0 });

    /// <summary>Opens a file under the root for reading.</summary>
    /// <exception cref="PathRefusedException">The file that was opened lies outside the root, through a link.</exception>
    /// <exception cref="ServedFileException">The file can't be opened.</exception>
    public SafeFileHandle Open(string path)
    {
        SafeFileHandle file = Look(path, path => File.OpenHandle(path, options: FileOptions.RandomAccess));
        // Asked of the open handle, so that nothing can be swapped between the question and the reading.
        string real = RealPath($"/proc/self/fd/{file.DangerousGetHandle()}");
        if (real.StartsWith(_prefix, StringComparison.Ordinal))
        {
            return file;
        }

        file.Dispose();
        throw new PathRefusedException(Path.GetRelativePath(FullPath, path));
    }

    /// <summary>Makes sure that a folder lies under the root, if it is a link.</summary>
    /// <exception cref="PathRefusedException">It doesn't.</exception>
    /// <exception cref="ServedFileException">It can't be looked at.</exception>
    public void CheckFolder(string path)
    {
        if (new DirectoryInfo(path).LinkTarget is not null && !(Look(path, RealFolder) + Path.DirectorySeparatorChar).StartsWith(_prefix, StringComparison.Ordinal))
        {
            throw new PathRefusedException(Path.GetRelativePath(FullPath, path));
        }
    }

    /// <summary>Looks at something under the root. The runtime's own errors name whole paths, which are nothing for clients.</summary>
    private T Look<T>(string path, Func<string, T> look)
    {
        try
        {
            return look(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ServedFileException(Path.GetRelativePath(FullPath, path), failure);
        }
    }

    /// <summary>What a path leads to when its last part is a link, or the path itself.</summary>
    private static string RealPath(string path) =>
        new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);

    /// <summary>A folder without links among its parents either, as the kernel names what is opened in it.</summary>
    private static string RealFolder(string folder)
    {
        string real = RealPath(folder);
        return Path.GetDirectoryName(real) is { } parent ? Path.Combine(RealFolder(parent), Path.GetFileName(real)) : real;
    }
}
