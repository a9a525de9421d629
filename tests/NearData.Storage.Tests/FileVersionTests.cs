using Microsoft.Win32.SafeHandles;

namespace NearData.Storage.Tests;

/// <summary>No two states of what a name leads to have the same version.</summary>
public sealed class FileVersionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("neardata-version-");

    private string FilePath => Path.Combine(_folder.FullName, "file");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_file_that_is_left_alone_keeps_its_version()
    {
        File.WriteAllText(FilePath, "one");
        FileVersion before = Version();
        File.ReadAllText(FilePath);

        Assert.Equal(before, Version());
        Assert.Equal(3, before.Length);
    }

    [Fact]
    public void A_file_of_the_same_length_and_time_in_its_place_has_another_version()
    {
        File.WriteAllText(FilePath, "one");
        FileVersion before = Version();
        string other = Path.Combine(_folder.FullName, "other");
        File.WriteAllText(other, "two");
        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(FilePath));
        File.Move(other, FilePath, overwrite: true);

        Assert.NotEqual(before, Version());
    }

    [Fact]
    public async Task A_file_overwritten_in_place_has_another_version_even_with_its_time_set_back()
    {
        File.WriteAllText(FilePath, "one");
        DateTime modified = File.GetLastWriteTimeUtc(FilePath);
        FileVersion before = Version();
        // Older kernels count file times in ticks: that is what unsettled versions are for.
        await Task.Delay(100);
        File.WriteAllText(FilePath, "two");
        File.SetLastWriteTimeUtc(FilePath, modified);

        Assert.NotEqual(before, Version());
    }

    [Fact]
    public void A_version_is_settled_once_the_clock_has_moved_on_from_the_last_change()
    {
        FileVersion version = new(1, 1, 1, 0, 1_000_000_000_000);
        DateTimeOffset changed = DateTimeOffset.UnixEpoch.AddSeconds(1000);

        Assert.False(version.IsSettled(changed));
        Assert.False(version.IsSettled(changed.AddMilliseconds(20)));
        Assert.True(version.IsSettled(changed.AddSeconds(1)));
    }

    [Fact]
    public async Task An_open_file_that_was_replaced_still_has_its_bytes_and_one_that_was_overwritten_has_not()
    {
        File.WriteAllText(FilePath, "one");
        using SafeFileHandle open = File.OpenHandle(FilePath, share: FileShare.ReadWrite | FileShare.Delete);
        FileVersion version = FileVersion.Of(open);
        await Task.Delay(100);
        string other = Path.Combine(_folder.FullName, "other");
        File.WriteAllText(other, "two");
        File.Move(other, FilePath, overwrite: true);
        Assert.True(version.StillHoldsFor(open));

        using SafeFileHandle second = File.OpenHandle(FilePath, share: FileShare.ReadWrite);
        version = FileVersion.Of(second);
        await Task.Delay(100);
        File.WriteAllText(FilePath, "six");
        Assert.False(version.StillHoldsFor(second));
    }

    private FileVersion Version()
    {
        using SafeFileHandle file = File.OpenHandle(FilePath);
        return FileVersion.Of(file);
    }
}
