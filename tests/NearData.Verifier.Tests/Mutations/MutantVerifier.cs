using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NearData.TestSupport;
using NearData.Verifier.Tests.Corpus;

namespace NearData.Verifier.Tests.Mutations;

/// <summary>
/// Compiles the verifier's sources with one of them broken, and holds what comes of it against the corpus: nothing in the product is there
/// for this. Thread-safe.
/// </summary>
internal sealed class MutantVerifier
{
    // What the SDK generates for each project: the namespaces that are always in sight, and who may look inside.
    private const string Generated = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("NearData.Verifier.Tests")]
        """;

    private static readonly string Folder = Path.Combine(Ground.Repository, "verifier");

    private readonly Dictionary<string, SyntaxTree> _trees;
    private readonly CSharpCompilation _compilation;

    public MutantVerifier()
    {
        Sources = Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path))
            .Where(path => !path.StartsWith("obj", StringComparison.Ordinal) && !path.StartsWith("bin", StringComparison.Ordinal))
            .ToImmutableSortedDictionary(path => path, path => File.ReadAllText(Path.Combine(Folder, path)), StringComparer.Ordinal);
        _trees = Sources.ToDictionary(source => source.Key, source => Parse(source.Value), StringComparer.Ordinal);
        string loaded = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        IEnumerable<MetadataReference> references = loaded.Split(Path.PathSeparator)
            .Append(typeof(Isa.Instruction).Assembly.Location)
            .Where(path => Path.GetFileNameWithoutExtension(path) is var name && (name.StartsWith("System", StringComparison.Ordinal) || name is "NearData.Isa" or "netstandard"))
            .Distinct(StringComparer.Ordinal)
            .Select(path => MetadataReference.CreateFromFile(path));
        _compilation = CSharpCompilation.Create(
            "NearData.Verifier",
            [.. _trees.Values, Parse(Generated)],
            references,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
    }

    /// <summary>The text of each file, by its path from the verifier's folder.</summary>
    public ImmutableSortedDictionary<string, string> Sources { get; }

    public SyntaxTree Tree(string file) => _trees[file];

    /// <summary>The first case of the corpus that tells a broken verifier from a sound one; null where none does.</summary>
    /// <param name="mutation">What to break; null for nothing.</param>
    /// <exception cref="InvalidMutationException">What comes of it is no C#.</exception>
    public string? FirstFailure(Mutation? mutation)
    {
        CSharpCompilation broken = mutation is null
            ? _compilation
            : _compilation.ReplaceSyntaxTree(_trees[mutation.File], Parse(mutation.ApplyTo(Sources[mutation.File])));
        using MemoryStream image = new();
        var emitted = broken.Emit(image);
        if (!emitted.Success)
        {
            throw new InvalidMutationException(emitted.Diagnostics.First(entry => entry.Severity == DiagnosticSeverity.Error).ToString());
        }

        image.Position = 0;
        MutantContext context = new(image);
        try
        {
            Assembly tests = context.LoadFromAssemblyPath(typeof(CorpusCheck).Assembly.Location);
            MethodInfo check = tests.GetType(typeof(CorpusCheck).FullName!)!.GetMethod(nameof(CorpusCheck.FirstFailure))!;
            return (string?)check.Invoke(null, null);
        }
        finally
        {
            context.Unload();
        }
    }

    private static SyntaxTree Parse(string source) =>
        CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview));

    /// <summary>The tests' own assembly once more, with another verifier under it; all else is shared.</summary>
    private sealed class MutantContext : AssemblyLoadContext
    {
        private readonly Assembly _verifier;

        public MutantContext(Stream image)
            : base(isCollectible: true) => _verifier = LoadFromStream(image);

        protected override Assembly? Load(AssemblyName name) => name.Name == "NearData.Verifier" ? _verifier : null;
    }
}
