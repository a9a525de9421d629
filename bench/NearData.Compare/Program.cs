using NearData.Compare;

// The engine's process loads nothing but the engine, as its memory is measured.
return args is [EngineProcess.Name, .. var about] ? await EngineProcess.ServeAsync(about) : await CompareCommand.RunAsync(args);
