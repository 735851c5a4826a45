namespace Assay.Files.Tests;

public sealed class DurableFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("assay-files-").FullName;

    private string Target => Path.Combine(_folder, "file");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public void Writes_and_replaces_whole_and_leaves_nothing_beside(int length)
    {
        byte[] content = new byte[length];
        new Random(1).NextBytes(content);
        foreach (byte[] next in new[] { new byte[5000], content, [1] })
        {
            DurableFile.Write(Target, next);
            Assert.Equal(next, File.ReadAllBytes(Target));
        }

        Assert.Equal([Target], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Leftover_of_a_crash_is_overwritten_and_doesnt_lend_its_mode()
    {
        File.WriteAllBytes(Target + DurableFile.TemporaryEnding, new byte[100]);
        DurableFile.Write(Target, [1, 2], ownerOnly: true);
        Assert.Equal([1, 2], File.ReadAllBytes(Target));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Target));
        }
    }

    [Fact]
    public void Secret_replaces_an_open_file_with_one_for_its_owner()
    {
        DurableFile.Write(Target, [1]);
        OwnerOnlyFile.Write(Target, [2]);
        Assert.Equal([2], OwnerOnlyFile.Read(Target, 1));
        Assert.Throws<IOException>(() => OwnerOnlyFile.Read(Target, 0));
        if (!OperatingSystem.IsWindows())
        {
            Assert.False(OwnerOnlyFile.IsTooOpen(File.GetUnixFileMode(Target)));
        }
    }

    [Fact]
    public void Old_content_stays_when_the_new_cant_be_written()
    {
        DurableFile.Write(Target, [1]);
        Directory.CreateDirectory(Target + DurableFile.TemporaryEnding);
        Assert.ThrowsAny<SystemException>(() => DurableFile.Write(Target, [2]));
        Assert.Equal([1], File.ReadAllBytes(Target));
        Assert.Throws<DirectoryNotFoundException>(() => DurableFile.Write(Path.Combine(_folder, "none", "file"), [1]));
    }

    [Fact]
    public void Create_never_overwrites()
    {
        DurableFile.Create(Target, [1]);
        Assert.Throws<IOException>(() => DurableFile.Create(Target, [2]));
        Assert.Equal([1], File.ReadAllBytes(Target));
    }

    [Fact]
    public void Missing_folder_cant_be_synced()
    {
        DurableFile.SyncFolder(_folder);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Throws<IOException>(() => DurableFile.SyncFolder(Path.Combine(_folder, "none")));
        }
    }

    [Fact]
    public void Files_under_a_root_appear_by_rename_and_their_new_folders_too()
    {
        List<string> steps = [];
        string temporary = Path.Combine(_folder, "temporary");
        DurableFiles files = new(_folder, temporary) { AfterStep = steps.Add };
        files.ClearTemporary();
        files.Write("a/b/c", [1, 2, 3], ownerOnly: true);
        files.SyncFolders();
        Assert.Equal(["write a/b/c", "sync a/b/c", "rename a/b/c", "sync folders"], steps);
        Assert.Equal([1, 2, 3], files.TryRead("a/b/c", 3));
        Assert.Null(files.TryRead("a/b/c", 2));
        Assert.Null(files.TryRead("a/b/d", 2));
        Assert.Null(files.TryRead("x/y", 2));
        Assert.Equal(["c"], files.List("a/b"));
        Assert.Empty(files.List("x"));
        Assert.Empty(Directory.GetFiles(temporary));
        files.DeleteFolder("a");
        files.DeleteFolder("a");
        Assert.Null(files.TryRead("a/b/c", 3));
    }

    [Theory]
    [InlineData("write")]
    [InlineData("sync")]
    public void Death_before_the_rename_leaves_the_old_content(string step)
    {
        string temporary = Path.Combine(_folder, "temporary");
        DurableFiles files = new(_folder, temporary);
        files.ClearTemporary();
        files.Write("file", [1]);
        DurableFiles dying = new(_folder, temporary)
        {
            AfterStep = name =>
            {
                if (name.StartsWith(step, StringComparison.Ordinal))
                {
                    throw new InvalidOperationException(name);
                }
            },
        };
        Assert.StartsWith(step, Assert.Throws<InvalidOperationException>(() => dying.Write("file", [2, 2])).Message, StringComparison.Ordinal);
        Assert.Equal([1], files.TryRead("file", 9));
        Assert.Single(Directory.GetFiles(temporary));
        files.ClearTemporary();
        Assert.Empty(Directory.GetFiles(temporary));
    }
}
