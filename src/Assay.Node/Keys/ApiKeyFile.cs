using Assay.Files;
using Assay.Primitives;

namespace Assay.Node.Keys;

/// <summary>A key file on disk: read whole, owner-only, and only ever replaced by a file that can be read.</summary>
public sealed class ApiKeyFile
{
    private readonly string _path;
    private (DateTime Written, long Length, UnixFileMode Mode, string? Problem) _seen;
    private Digest32 _digest;

    private ApiKeyFile(string path) => _path = path;

    /// <summary>The keys of the last good content.</summary>
    public ApiKeyRing Ring { get; private set; } = ApiKeyRing.Open;

    /// <summary>Reads a key file.</summary>
    /// <exception cref="ApiKeyFileException">It can't be used.</exception>
    public static ApiKeyFile Load(string path)
    {
        ApiKeyFile file = new(path);
        return file.Refresh(out string? code, out string detail) ? file : throw new ApiKeyFileException(code ?? ApiKeyFileErrors.Unreadable, path, detail);
    }

    /// <summary>Reads the file again if it changed since it was last looked at.</summary>
    /// <param name="code">One of <see cref="ApiKeyFileErrors"/> if it newly can't be used; a problem is told once.</param>
    /// <param name="detail">The problem in words.</param>
    /// <returns>Whether <see cref="Ring"/> is new.</returns>
    internal bool Refresh(out string? code, out string detail)
    {
        code = null;
        detail = "";
        try
        {
            FileInfo info = new(_path);
            UnixFileMode mode = info.Exists && !OperatingSystem.IsWindows() ? info.UnixFileMode : UnixFileMode.None;
            (DateTime, long, UnixFileMode, string?) now = (info.LastWriteTimeUtc, info.Exists ? info.Length : -1, mode, null);
            if (now.Equals((_seen.Written, _seen.Length, _seen.Mode, null)))
            {
                return false;
            }

            (code, detail) = (ApiKeyFileErrors.Unreadable, "the file isn't there");
            byte[] bytes = [];
            if (info.Exists && OwnerOnlyFile.IsTooOpen(mode))
            {
                (code, detail) = (ApiKeyFileErrors.Mode, $"others than its owner can use it: run 'chmod 600 {_path}'");
            }
            else if (info.Exists)
            {
                bytes = OwnerOnlyFile.Read(_path, ApiKeyFormat.MaximumBytes);
                Digest32 digest = Digest32.Sha256(bytes);
                if (digest == _digest)
                {
                    // Touched, or good again after a mode was put right.
                    code = null;
                    _seen = now;
                    return false;
                }

                if (ApiKeyFormat.TryParse(bytes, out code, out detail) is { } ring)
                {
                    (Ring, _digest, _seen) = (ring, digest, now);
                    return true;
                }
            }

            _seen = now;
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Tried again at the next look, but told once.
            code = _seen.Problem == e.Message ? null : ApiKeyFileErrors.Unreadable;
            detail = e.Message;
            _seen = (default, -2, default, e.Message);
            return false;
        }
    }
}
